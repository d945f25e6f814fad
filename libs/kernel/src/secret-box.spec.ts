import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { defineSealedColumn } from './sealed-column';
import { Secret } from './secret';
import { KeyRing, SecretBox } from './secret-box';

const ring = (...ids: string[]): [string, Buffer][] => ids.map((id) => [id, randomBytes(32)]);

describe('SecretBox', () => {
  const [old, current] = ring('k1', 'k2') as [[string, Buffer], [string, Buffer]];
  const box = new SecretBox(new KeyRing([current, old]));
  const context = ['plt_1', 'wxa', 'account_token'];

  it('opens what it sealed, also with a key that no longer seals', () => {
    const before = new SecretBox(new KeyRing([old])).seal(new Secret('秘密'), context);
    expect(before.keyId).toBe('k1');
    expect(box.open(before, context).reveal()).toBe('秘密');
    expect(box.seal(new Secret('x'), context).keyId).toBe('k2');
  });

  it('does not open bytes moved to another row, account or kind', () => {
    const sealed = box.seal(new Secret('token'), context);
    for (const other of [
      ['plt_2', 'wxa', 'account_token'],
      ['plt_1', 'wxb', 'account_token'],
      ['plt_1', 'wxa', 'refresh_token'],
      ['plt_1', 'wxaaccount_token'],
    ]) {
      expect(() => box.open(sealed, other)).toThrow('sealed_value_invalid');
    }
  });

  it('does not open changed or truncated bytes', () => {
    const { keyId, bytes } = box.seal(new Secret('token'), context);
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => box.open({ keyId, bytes: changed }, context)).toThrow('sealed_value_invalid');
      expect(() => box.open({ keyId, bytes: bytes.subarray(0, i) }, context)).toThrow('sealed_value_invalid');
    }
  });

  it('names the key it lacks', () => {
    const sealed = new SecretBox(new KeyRing(ring('gone'))).seal(new Secret('x'), context);
    expect(() => box.open(sealed, context)).toThrow(
      expect.objectContaining({ code: 'key_missing', detail: { keyId: 'gone' } }),
    );
  });

  it('never seals the same bytes twice', () => {
    expect(box.seal(new Secret('x'), context).bytes.equals(box.seal(new Secret('x'), context).bytes)).toBe(false);
  });
});

describe('SealedColumn', () => {
  const column = defineSealedColumn({
    table: 'letter',
    primaryKey: ['id'],
    keyIdColumn: 'key_id',
    sealedColumn: 'sealed',
    boundTo: ['from', 'to'],
  });

  it('binds a value to its table and columns, whatever else a row holds', () => {
    const row = { to: 'b', id: '7', from: 'a' };
    expect(column.context(row)).toEqual(['letter', 'a', 'b']);
  });
});

describe('KeyRing', () => {
  it.each(['', 'k1', 'k1:', 'k1:AAAA', `bad id:${Buffer.alloc(32).toString('base64')}`])(
    'refuses %p without repeating it',
    (text) => {
      expect(() => KeyRing.parse(text)).toThrow(/^key ring/);
    },
  );

  it('tells its ids, the sealing one first, and refuses too many', () => {
    const keys = new KeyRing(ring('k2', 'k1'));
    expect([keys.ids, keys.sealingKeyId, keys.has('k1'), keys.has('k3')]).toEqual([['k2', 'k1'], 'k2', true, false]);
    expect(() => new KeyRing(ring(...Array.from({ length: 33 }, (_, n) => `k${n}`)))).toThrow('more than 32');
  });

  it('refuses an id that stands twice', () => {
    expect(() => new KeyRing([...ring('a'), ...ring('a')])).toThrow('twice');
  });
});

describe('Secret', () => {
  it('does not show itself', () => {
    const secret = new Secret('hush');
    expect(
      `${secret.toString()} ${JSON.stringify({ secret })} ${inspect({ secret }, { depth: 9, showHidden: true })}`,
    ).not.toContain('hush');
    expect(secret.reveal()).toBe('hush');
  });
});
