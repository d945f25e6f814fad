import { type Operation, type Schema, type Schemas } from './operation';

const ID = '01jd3v6s0c9k2m4n6p8q0r2t4v';
const INSTANT = '2026-03-10T02:00:00.000Z';

/** What the id of a thing begins with, by the name of its schema. */
const PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/ApiKey/, 'key'],
  [/Purge/, 'pur'],
  [/Merchant/, 'mer'],
  [/Platform/, 'plt'],
  [/Provider/, 'prv'],
  [/Campaign/, 'cmp'],
  [/Invite/, 'inv'],
  [/GivenMembership/, 'mem'],
  [/User/, 'usr'],
  [/Session/, 'ses'],
  [/Reconcile|RunFields/, 'rec'],
  [/Fetch/, 'fet'],
  [/./, 'acc'],
];

/** Schemas of which some fields exclude others. */
const WHOLE: Readonly<Record<string, unknown>> = {
  MembershipDto: { role: 'provider_operator', provider: `prv_${ID}` },
  ChangeMembershipDto: { role: 'provider_support' },
  GivenMembershipDto: { id: `mem_${ID}`, role: 'provider_operator', provider: `prv_${ID}` },
  MembershipView: { role: 'provider_operator', provider: `prv_${ID}` },
  CreateApiKeyDto: {
    name: 'nightly',
    merchant: `mer_${ID}`,
    scopes: ['report:read'],
    expiresAt: '2027-01-31T00:00:00Z',
  },
  DailyScheduleInput: { enabled: true, at: '08:30' },
  DailyScheduleDto: { enabled: true, active: true, at: '08:30' },
};

/** By the name of a field, whatever it belongs to. */
const VALUES: readonly (readonly [RegExp, unknown])[] = [
  [/^(from|ref_date|day|dataFrom)$/, '2026-03-01'],
  [/^(to|completeTo)$/, '2026-03-07'],
  [/^at$|At$|^pausedUntil$/, INSTANT],
  [/^account$/, `acc_${ID}`],
  [/^(merchant|merchantId)$/, `mer_${ID}`],
  [/^provider$/, `prv_${ID}`],
  [/^platform$/, `plt_${ID}`],
  [/^invite$/, `inv_${ID}`],
  [/^fetch$/, `fet_${ID}`],
  [/^(askedBy|requestedBy|cancelledBy)$/, `usr_${ID}`],
  [/^appid$/, 'wx0123456789abcdef'],
  [/^(name|merchantName)$/, 'Lantern Tea'],
  [/^email$/, 'ops@example.com'],
  [/^(password|oldPassword|newPassword)$/, 'correct horse battery'],
  [/^(publicOrigin)$/, 'https://wx.example.com'],
  [/^url$/, 'https://wx.example.com/connect/8Zc…'],
  [/Url$/, 'https://wx.example.com/wechat/wx0123456789abcdef/events'],
  [/^appSecret$/, '0123456789abcdef0123456789abcdef'],
  [/^callbackToken$/, 'abc123abc123'],
  [/^encodingAesKey$/, 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'],
  [/^key$/, `wpg_01jd3v6s0c9k_…`],
  [/^prefix$/, '01jd3v6s0c9k'],
  [/^scope$/, null],
  [/^nextCursor$/, null],
];

/** Gives a route's body and answer an example each, made of their fields, where it has none of its own. */
export function addExamples(operation: Operation, schemas: Schemas): void {
  const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  for (const content of [operation.requestBody?.content, ...answers.map(([, response]) => response.content)]) {
    const json = content?.['application/json'];
    if (json?.schema) json.example ??= exampleOf(json.schema, schemas);
  }
}

/** @param name of the field; @param of name of the schema it belongs to. */
export function exampleOf(schema: Schema, schemas: Schemas, name = '', of = ''): unknown {
  if (schema.example !== undefined) return schema.example;
  const first = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema.allOf?.[0];
  if (first) return exampleOf(first, schemas, name, of);
  if (schema.$ref !== undefined) {
    const target = schema.$ref.split('/').at(-1) ?? '';
    return WHOLE[target] ?? exampleOf(schemas[target] ?? {}, schemas, name, target);
  }
  if (schema.enum) return schema.enum[0];
  const [type = 'object'] = [schema.type ?? 'object'].flat();
  if (type === 'array') return schema.items ? [exampleOf(schema.items, schemas, singular(name), of)] : [];
  if (type === 'object') return fieldsOf(schema, schemas, of);
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number') return schema.minimum ?? 2;
  return textOf(schema, name, of);
}

function fieldsOf({ properties = {} }: Schema, schemas: Schemas, of: string): object {
  // A scope names exactly one of its fields.
  const all = Object.entries(properties);
  const fields = of.endsWith('ScopeDto') ? all.slice(0, 1) : all;
  return Object.fromEntries(fields.map(([name, inner]) => [name, exampleOf(inner, schemas, name, of)]));
}

function textOf({ type, format }: Schema, name: string, of: string): unknown {
  if (name === 'id') return `${PREFIXES.find(([schema]) => schema.test(of))?.[1] ?? 'acc'}_${ID}`;
  const known = VALUES.find(([field]) => field.test(name));
  const mayBeNull = [type].flat().includes('null');
  if (known && (known[1] !== null || mayBeNull)) return known[1];
  if (format === 'date-time') return INSTANT;
  return mayBeNull ? null : 'text';
}

function singular(name: string): string {
  return name.replace(/s$/, '');
}
