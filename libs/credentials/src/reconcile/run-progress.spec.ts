import { AppError } from '@app/kernel';
import { REASON_TEXTS } from './reason-texts';
import { type Step } from './reconcile-policy';
import { runError, RunProgress } from './run-progress';

const step = (action: Step['action'], appid = 'wx1'): Step => ({
  ...{ appid, action, because: 'not_listed', listed: null },
  seen: { publicId: 'acc_1' } as never,
});

describe('RunProgress', () => {
  it('counts by what was done, and keeps each account’s finding', () => {
    const progress = new RunProgress({ counts: '', findings: null });
    progress.note(step('repair'), 'done');
    progress.note(step('repair'), 'left_alone');
    progress.note(step('ask'), 'ended');
    progress.note(step('adopt'), 'failed');
    progress.note(step('adopt'), 'not_kept');
    expect(progress.counts).toMatchObject({ repaired: 1, leftAlone: 2, asked: 1, ended: 1, failed: 1, adopted: 0 });
    expect(progress.findings).toHaveLength(5);
    expect(progress.findings[0]).toEqual({
      ...{ appid: 'wx1', account: 'acc_1', action: 'repair', because: 'not_listed', outcome: 'done' },
    });
  });

  it('goes on from what was stored, and lets no kind push out another', () => {
    const first = new RunProgress({ counts: '', findings: null });
    for (let n = 0; n < 1_000; n++) first.note(step('adopt', `wx${n}`), 'done');
    const stored = { counts: JSON.stringify(first.counts), findings: JSON.stringify(first.findings) };
    const second = new RunProgress(stored);
    second.note(step('ask'), 'kept');
    expect(second.counts).toMatchObject({ adopted: 1_000, asked: 1 });
    expect(second.findings.map(({ action }) => action).filter((action) => action === 'adopt')).toHaveLength(300);
    expect(second.findings.at(-1)).toMatchObject({ action: 'ask' });
    expect(JSON.stringify(second.counts).length).toBeLessThan(1_000);
  });
});

describe('runError', () => {
  it('keeps code, text and rid, and hides a bug', () => {
    const error = new AppError('upstream', 'wechat_-1', { message: { en: 'busy', zh: '忙' }, detail: { rid: 'r-1' } });
    expect(runError(error)).toEqual({ code: 'wechat_-1', text: { en: 'busy', zh: '忙' }, rid: 'r-1' });
    expect(runError(new Error('at /home/x'))).toEqual({ code: 'internal_error', text: null, rid: null });
  });
});

it('tells every reason in both languages', () => {
  for (const { en, zh } of Object.values(REASON_TEXTS)) {
    expect(en).toMatch(/[a-z]\.$/);
    expect(zh).toMatch(/[\u4e00-\u9fff]。$/);
  }
});
