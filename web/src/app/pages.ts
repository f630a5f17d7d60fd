import AccountCircleIcon from '@mui/icons-material/AccountCircleOutlined';
import CableIcon from '@mui/icons-material/CableOutlined';
import ModelIcon from '@mui/icons-material/CategoryOutlined';
import ChatIcon from '@mui/icons-material/ChatBubbleOutlineOutlined';
import ChecklistIcon from '@mui/icons-material/Checklist';
import GroupsIcon from '@mui/icons-material/GroupsOutlined';
import HubIcon from '@mui/icons-material/HubOutlined';
import KeyIcon from '@mui/icons-material/KeyOutlined';
import PeopleIcon from '@mui/icons-material/PeopleOutlined';
import PriceChangeIcon from '@mui/icons-material/PriceChangeOutlined';
import ReceiptLongIcon from '@mui/icons-material/ReceiptLongOutlined';
import SettingsIcon from '@mui/icons-material/SettingsOutlined';
import SpaceDashboardIcon from '@mui/icons-material/SpaceDashboardOutlined';
import type SvgIcon from '@mui/material/SvgIcon';
import type { ComponentType } from 'react';
import type { Capability } from '../api/generated';
import type { PaletteSearch } from '../components/palette/paletteItems';
import type { Resources } from '../i18n/resources.generated';

export type SectionId = keyof Resources['layout']['sections'];
/** A page's id is the key of its name in the texts of `layout`. */
export type PageId = keyof Resources['layout']['pages'];

/** One page of the console. Routes, menu, command palette, titles, breadcrumbs and the 403 page derive from its row. */
export interface PageRow {
  id: PageId;
  /** Below `/panel/`; may hold `:parameters`, and end with `/*` where the page has routes of its own. */
  path: string;
  /** Whoever lacks it does not see the page in the menu, and is told so at its address. Absent: whoever is signed in. */
  capability?: Capability;
  /** Where the menu shows it. Pages without are reached from others, such as details. */
  menu?: { section: SectionId; icon: typeof SvgIcon; /** with `g` before it */ shortcut?: string; /** in the bottom bar of phones */ bottom?: boolean };
  /** The page above it in the breadcrumbs. */
  parent?: PageId;
  load: () => Promise<{ default: ComponentType }>;
  /** Finds the page's objects for the command palette. */
  search?: () => Promise<{ default: PaletteSearch }>;
}

/** In the order of the menu. */
export const pages: readonly PageRow[] = [
  {
    id: 'overview',
    path: '',
    menu: { section: 'home', icon: SpaceDashboardIcon, shortcut: 'o', bottom: true },
    load: () => import('../pages/overview'),
  },
  {
    id: 'requests',
    path: 'requests',
    capability: 'requests.own',
    menu: { section: 'observe', icon: ReceiptLongIcon, shortcut: 'q', bottom: true },
    load: () => import('../pages/requests'),
    search: () => import('../pages/requests/search'),
  },
  { id: 'requestDetail', path: 'requests/:id', capability: 'requests.own', parent: 'requests', load: () => import('../pages/requests/detail') },
  {
    id: 'playground',
    path: 'playground',
    capability: 'playground',
    menu: { section: 'build', icon: ChatIcon, shortcut: 'p', bottom: true },
    load: () => import('../pages/playground'),
  },
  {
    id: 'models',
    path: 'models/*',
    capability: 'models',
    menu: { section: 'build', icon: ModelIcon, shortcut: 'l' },
    load: () => import('../pages/models'),
    search: () => import('../pages/models/search'),
  },
  {
    id: 'connect',
    path: 'connect',
    capability: 'tokens.own',
    menu: { section: 'build', icon: CableIcon, shortcut: 'n' },
    load: () => import('../pages/connect'),
    search: () => import('../pages/connect/search'),
  },
  {
    id: 'tokens',
    path: 'tokens/*',
    capability: 'tokens.own',
    menu: { section: 'build', icon: KeyIcon, shortcut: 't', bottom: true },
    load: () => import('../pages/tokens'),
    search: () => import('../pages/tokens/search'),
  },
  {
    id: 'channels',
    path: 'channels',
    capability: 'channels.read',
    menu: { section: 'route', icon: HubIcon, shortcut: 'c' },
    load: () => import('../pages/channels'),
    search: () => import('../pages/channels/search'),
  },
  { id: 'channelNew', path: 'channels/new', capability: 'channels.write', parent: 'channels', load: () => import('../pages/channels/new') },
  { id: 'channelDetail', path: 'channels/:id', capability: 'channels.read', parent: 'channels', load: () => import('../pages/channels/detail') },
  { id: 'channelEdit', path: 'channels/:id/edit', capability: 'channels.write', parent: 'channels', load: () => import('../pages/channels/edit') },
  {
    id: 'prices',
    path: 'prices/*',
    capability: 'prices.read',
    menu: { section: 'route', icon: PriceChangeIcon, shortcut: 'm' },
    load: () => import('../pages/prices'),
    search: () => import('../pages/prices/search'),
  },
  {
    id: 'users',
    path: 'users/*',
    capability: 'users.read',
    menu: { section: 'people', icon: PeopleIcon, shortcut: 'u' },
    load: () => import('../pages/users'),
    search: () => import('../pages/users/search'),
  },
  {
    id: 'groups',
    path: 'groups/*',
    capability: 'groups.read',
    menu: { section: 'people', icon: GroupsIcon, shortcut: 'r' },
    load: () => import('../pages/groups'),
    search: () => import('../pages/groups/search'),
  },
  {
    id: 'settings',
    path: 'settings/*',
    capability: 'settings.read',
    menu: { section: 'system', icon: SettingsIcon, shortcut: 's' },
    load: () => import('../pages/settings'),
  },
  {
    id: 'setup',
    path: 'setup/*',
    capability: 'setup',
    menu: { section: 'system', icon: ChecklistIcon },
    load: () => import('../pages/setup'),
  },
  {
    id: 'profile',
    path: 'profile',
    capability: 'profile',
    menu: { section: 'account', icon: AccountCircleIcon, shortcut: 'a', bottom: true },
    load: () => import('../pages/profile'),
  },
];

export function findPage(id: PageId): PageRow | undefined {
  return pages.find((page) => page.id === id);
}

/** The path of a page without parameters, for links: `pathOf('channels')`. */
export function pathOf(page: PageRow): string {
  return `/panel/${page.path.replace(/\/\*$/, '')}`;
}

export function isPageRow(handle: unknown): handle is PageRow {
  return pages.some((page) => page === handle);
}

/** The menu's entry that a page belongs to: its own, or that of a page above it. */
export function menuPage(page: PageRow | undefined): PageRow | undefined {
  if (!page || page.menu) return page;
  return page.parent === undefined ? undefined : menuPage(findPage(page.parent));
}
