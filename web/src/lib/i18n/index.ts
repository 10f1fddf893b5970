export { languages, type Language } from './choose';
export * as figures from './format';
export { language } from './language.svelte';
export { bilingual } from './texts';
