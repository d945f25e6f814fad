import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AppidPauseRepository } from './appid-pause.repository';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 15, 2, minute));
const pause = (minute: number, errcode: number) => ({ appid: 'wx1', endsAt: at(minute), errcode, rid: `r-${errcode}` });

describe('pauses of appids', () => {
  let db: TestDatabase;
  let pauses: AppidPauseRepository;
  beforeAll(async () => {
    db = await openTestDatabase();
    pauses = new AppidPauseRepository(db.dataSource);
  });
  afterAll(() => db.drop());

  it('end when the last of them ends, whoever noted it', async () => {
    await pauses.note(pause(30, 45009), at(0));
    await pauses.note(pause(1, 45011), at(0));
    expect((await pauses.findActive(['wx1', 'wx2'], at(29))).get('wx1')).toEqual(pause(30, 45009));
    await pauses.note(pause(40, 45102), at(5));
    expect((await pauses.findActive(['wx1'], at(30))).get('wx1')).toEqual(pause(40, 45102));
    expect(await pauses.findActive(['wx1'], at(40))).toEqual(new Map());
    expect(await pauses.findActive([], at(0))).toEqual(new Map());
  });
});
