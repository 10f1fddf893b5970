export { router } from './router.svelte';
export { views, type View } from './address';
