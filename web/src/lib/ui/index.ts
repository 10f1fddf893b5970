export { default as Basis } from './Basis.svelte';
export { default as CopyButton } from './CopyButton.svelte';
export { default as Empty } from './Empty.svelte';
export { default as ErrorNote } from './ErrorNote.svelte';
export { default as Icon, type IconName } from './Icon.svelte';
export { default as Loading } from './Loading.svelte';
export { default as ModelChoice } from './ModelChoice.svelte';
export { default as SmallTable } from './SmallTable.svelte';
export { default as TableFrame } from './TableFrame.svelte';
