import DOMPurify from 'dompurify';
import { allowedAddress } from './blocks';

const purify = DOMPurify(window);

purify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  const address = node.getAttribute('href') ?? '';
  if (!allowedAddress.test(address)) {
    node.removeAttribute('href');
    return;
  }
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
  // Where a link leads is seen before it is followed, whatever its words say.
  node.setAttribute('title', address);
});

const tags =
  'a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul';
/** What is no address, and so is not measured against those that are allowed. */
const plain = 'class data-display data-language role start tabindex'.split(' ');

/** HTML made from a model's text as nodes: only what Markdown can say, no styles, scripts, images, forms or handlers. */
export function sanitize(html: string): DocumentFragment {
  return purify.sanitize(html, {
    ALLOWED_TAGS: tags.split(' '),
    ALLOWED_ATTR: [...plain, 'href'],
    ADD_URI_SAFE_ATTR: plain,
    ALLOWED_URI_REGEXP: allowedAddress,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    SANITIZE_NAMED_PROPS: true,
    RETURN_DOM_FRAGMENT: true,
  });
}
