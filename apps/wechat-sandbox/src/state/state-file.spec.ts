import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT, PLATFORM, type SandboxFixture, startFixture, stopFixture } from '../../test/sandbox-fixture';
import { createSandboxApp } from '../sandbox-app';
import { createWorld } from '../world';
import { restoreWorld, saveWorld } from './saved-world';
import { StateFile } from './state-file';

describe('state file', () => {
  let folder: string;
  let path: string;
  let box: SandboxFixture;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
    path = join(folder, 'deep', 'state.json');
    box = await startFixture();
  });
  afterEach(async () => {
    await stopFixture(box);
    rmSync(folder, { recursive: true });
  });

  it('lets a restarted sandbox go on: clock, switches, tokens, codes, days', async () => {
    await box.control('PUT', '/clock', { now: '2026-05-01T04:00:00Z', speed: 2 });
    await box.control('PUT', '/faults', { datacubeDailyLimit: 2 });
    const { access } = await box.connect();
    await box.control('PUT', `/accounts/${ACCOUNT}/days`, { ref_date: '2026-04-29', cumulate_user: 42 });
    const payload = JSON.stringify({ begin_date: '2026-04-29', end_date: '2026-04-29' });
    const url = `/datacube/getusercumulate?access_token=${access}`;
    await box.app.inject({ method: 'POST', url, payload });
    const act = await box.control('POST', '/authorize', { component_appid: PLATFORM, push: false });
    const [again] = act['list'] as { authorization_code: string }[];

    const file = new StateFile(path, () => saveWorld(box.world));
    file.schedule();
    file.flushPending();
    const world = createWorld({ wall: () => Date.parse('2026-03-10T02:00:01Z') });
    restoreWorld(world, new StateFile(path, () => null).load());
    const app = createSandboxApp(world);
    expect((await app.inject('/sandbox/clock')).json()).toEqual({ now: '2026-05-01T04:00:02.000Z', speed: 2 });
    expect(world.faults.changes()).toEqual({ datacubeDailyLimit: 2, pushTries: 1, pushRetryMs: 5 });

    const dead = await app.inject({ method: 'POST', url, payload });
    expect(dead.json()).toMatchObject({ errcode: 40001 });
    const { grant, token } = world.grants.exchange(PLATFORM, again!.authorization_code);
    expect(grant.refreshToken).toBe(box.world.store.findGrant(PLATFORM, ACCOUNT)!.refreshToken);
    const live = `/datacube/getusercumulate?access_token=${token.value}`;
    const answer = await app.inject({ method: 'POST', url: live, payload });
    expect(answer.json()).toEqual({ list: [{ ref_date: '2026-04-29', user_source: 0, cumulate_user: 42 }] });
    expect((await app.inject({ method: 'POST', url: live, payload })).json()).toMatchObject({ errcode: 45009 });
    expect(world.store.issued).toEqual(expect.arrayContaining([{ kind: 'authorizer_access_token', value: access }]));
    await app.close();
    await world.pusher.close();
  });

  it('is private, whole, and written only after a change', async () => {
    let writes = 0;
    const file = new StateFile(path, () => ({ writes: (writes += 1) }));
    expect(file.load()).toBeUndefined();
    file.flushPending();
    expect(writes).toBe(0);
    file.schedule();
    file.schedule();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(file.load()).toEqual({ writes: 1 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['state.json']);
  });

  it('refuses a broken file and one of another version', () => {
    writeFileSync(join(folder, 'broken.json'), '{"version":');
    expect(() => new StateFile(join(folder, 'broken.json'), () => null).load()).toThrow();
    expect(() => {
      restoreWorld(box.world, { version: 0 });
    }).toThrow('another version');
  });
});
