import { type Route } from './routes';

/** What the `{id}` after a word of a path, or a field of a query or body, names. */
export const KINDS: Readonly<Record<string, Kind>> = {
  merchants: 'mer',
  merchant: 'mer',
  platforms: 'plt',
  platform: 'plt',
  accounts: 'acc',
  members: 'acc',
  campaigns: 'cmp',
  fetches: 'fet',
  reconciles: 'rec',
  provider: 'prv',
  'api-keys': 'key',
  sessions: 'ses',
  users: 'usr',
  memberships: 'mem',
  'report-links': 'rpl',
  webhooks: 'whk',
  deliveries: 'dlv',
  purges: 'pur',
};
export type Kind =
  | 'prv'
  | 'plt'
  | 'mer'
  | 'acc'
  | 'fet'
  | 'inv'
  | 'usr'
  | 'mem'
  | 'cmp'
  | 'rec'
  | 'key'
  | 'ses'
  | 'rpl'
  | 'whk'
  | 'dlv'
  | 'pur';

/** Of the second id in a path, which lies within the first. */
export const innerKind = (path: string): Kind | undefined =>
  KINDS[/\/\{id\}\/([a-z-]+)\/\{\w+Id\}/.exec(path)?.[1] ?? ''];

export function kindOfPath({ path }: Route): Kind {
  const kind = KINDS[/\/([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? ''];
  if (kind === undefined || (path.split('{').length !== 2 && innerKind(path) === undefined))
    throw new Error(`teach this test the ids of ${path}`);
  return kind;
}
