import { afterEach, describe, expect, it } from 'vitest';
import { bilingual, language } from '$lib/i18n';
import { chooseLanguage } from '$lib/i18n/choose';

afterEach(() => language.set('en'));

describe('the language of the page', () => {
  it('is what was chosen before, then the first of the browser that is known, then English', () => {
    expect(chooseLanguage('zh', ['en-GB'])).toBe('zh');
    expect(chooseLanguage(null, ['fr-FR', 'zh-Hans-CN', 'en'])).toBe('zh');
    expect(chooseLanguage(null, ['en-US', 'zh-CN'])).toBe('en');
    expect(chooseLanguage('de', ['fr'])).toBe('en');
  });

  it('switches texts in place, those with figures too', () => {
    const texts = bilingual(
      { hello: 'Hello', of: (count: number) => `of ${count}` },
      { hello: '你好', of: (count) => `共 ${count}` },
    );
    expect([texts.hello, texts.of(3)]).toEqual(['Hello', 'of 3']);
    language.set('zh');
    expect([texts.hello, texts.of(3)]).toEqual(['你好', '共 3']);
  });

  it('does not compile where a translation is missing or superfluous', () => {
    // @ts-expect-error the Chinese text is missing
    bilingual({ hello: 'Hello' }, {});
    // @ts-expect-error there is no such English text
    bilingual({ hello: 'Hello' }, { hello: '你好', more: '更多' });
  });
});
