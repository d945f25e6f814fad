import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { everyItem, gatewayClient, type GatewayClient, type Problem } from '../../clients/typescript/src';
import { System } from '../support/system';
import { authorize, makeHost, makeMerchant, makeProvider, ok } from '../support/tenants';

jest.setTimeout(60_000);

describe('the generated client', () => {
  let system: System;
  let client: GatewayClient;
  let accounts: string[];

  beforeAll(async () => {
    system = await System.start({ workers: 0, now: '2026-03-10T02:00:00.000Z' });
    const provider = await makeProvider(system, await makeHost(system));
    const { id: merchant } = await makeMerchant(provider, system);
    accounts = [];
    for (let n = 0; n < 3; n++) accounts.push((await authorize(system, provider, merchant)).id);
    const wanted = { name: 'client', merchant, scopes: ['account:read', 'report:read', 'fetch:start'] };
    const { key } = ok(await provider.admin.post('/api/v1/api-keys', wanted), 201);
    client = gatewayClient({ origin: system.gatewayOrigin, apiKey: key, language: 'zh' });
  }, 120_000);
  afterAll(() => system.stop());

  it('is what the API says now', async () => {
    const tool = join(__dirname, '../../tools/client.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [tool, '--check']);
    expect(stdout).toContain('The client says what the API does.');
  }, 240_000);

  it('lists accounts, page by page', async () => {
    const found: string[] = [];
    const page = async (cursor: string | undefined) => {
      const query = { limit: 1, ...(cursor === undefined ? {} : { cursor }) };
      const { data } = await client.GET('/api/v1/accounts', { params: { query } });
      return data!;
    };
    for await (const account of everyItem(page)) found.push(account.id);
    expect(found).toEqual(accounts);
  });

  it('reads a series, and is told when it has it already', async () => {
    const read = (etag?: string) =>
      client.GET('/api/v1/accounts/{id}/cumulate', {
        params: { path: { id: accounts[0]! }, query: { from: '2026-03-01', to: '2026-03-03' } },
        ...(etag === undefined ? {} : { headers: { 'If-None-Match': etag } }),
      });
    const { data, response } = await read();
    expect(data?.days.map(({ ref_date, state, cumulate_user }) => [ref_date, state, cumulate_user])).toEqual([
      ['2026-03-01', 'unknown', null],
      ['2026-03-02', 'unknown', null],
      ['2026-03-03', 'unknown', null],
    ]);
    expect((await read(response.headers.get('etag')!)).response.status).toBe(304);
  });

  it('sends a request once more with its key, and gets problems in its language', async () => {
    const start = (to: string) =>
      client.POST('/api/v1/fetches', {
        params: { header: { 'Idempotency-Key': '"client-1"' } },
        body: { scope: { accounts: [accounts[0]!] }, from: '2026-03-01', to },
      });
    const [first, again] = [await start('2026-03-02'), await start('2026-03-02')];
    expect(again.data).toEqual(first.data);
    const { error } = (await start('2026-03-03')) as { error?: Problem };
    expect(error).toMatchObject({ code: 'idempotency_key_reused', status: 422 });
    expect(error?.detail).toMatch(/[\u4e00-\u9fff]/);
  });
});
