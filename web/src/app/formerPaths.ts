/** Addresses of one-hub's console, which people have in bookmarks and mails, and where that page is now. */
export const formerPaths: Readonly<Record<string, string>> = {
  dashboard: '/panel',
  channel: '/panel/channels',
  log: '/panel/requests',
  token: '/panel/tokens',
  pricing: '/panel/prices',
  model_price: '/panel/models',
  user: '/panel/users',
  user_group: '/panel/groups',
  setting: '/panel/settings',
};
