import { counter } from './plural';

const count = counter('en');

/** English: the navigation, and what it says waits for an admin. */
export const nav = {
  label: 'Main',
  people: 'People',
  cases: 'Cases',
  recent: 'Recent calls',
  wrapups: 'Wrap-ups',
  activities: 'Activities',
  reports: 'Reports',
  codes: 'Codes',
  users: 'Users',
  centre: 'Settings',
  changes: 'Change log',
  about: 'About',
  userMenu: (name: string) => `User menu of ${name}`,
  phone: 'Phone',
  openPhone: 'Open the phone panel',
  closePhone: 'Close the phone panel',
  skip: 'Skip to the content',
  notFoundTitle: 'Page not found',
  notFound: 'There is no such page. Check the address, or start from People.',
  notAllowedTitle: 'Not for your role',
  attention: (n: number) => count(n, 'thing waits for you', 'things wait for you'),
};
