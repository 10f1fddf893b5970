/** The views, by the first part of their address. */
export const views = ['planner', 'learn', 'test-drive', 'deploy', 'chat', 'report'] as const;
export type View = (typeof views)[number];

/** The view of a path; the planner is at the root, and an unknown path leads there too. */
export function viewOf(path: string): View {
  const name = path.replace(/^\/+|\/+$/g, '');
  return views.find((view) => view === name) ?? 'planner';
}

/** The path of a view. */
export function pathOf(view: View): string {
  return view === 'planner' ? '/' : `/${view}`;
}
