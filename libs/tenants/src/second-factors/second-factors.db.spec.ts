import { KeyRing, Secret, SecretBox } from '@app/kernel';
import { TOTP } from 'otpauth';
import { LoginLeftovers } from '../logins/login-leftovers';
import { LoginService } from '../logins/login.service';
import { OwnPassword } from '../passwords/own-password';
import { PasswordLinks } from '../passwords/password-links';
import { PasswordReset } from '../passwords/password-reset';
import { reachFor, type Principal } from '../role-policy';
import { secondFactorColumn } from '../sealed-columns';
import { SessionService } from '../sessions/session.service';
import { client, codeOf, PASSWORD, PeopleWorld, unwatched } from '../testing/people-world';
import { SecondFactorEnrolment } from './enrolment';
import { SecondFactors } from './second-factors';
import { SecondStep } from './second-step';

const STEP = 30_000;
const MINUTE = 60_000;

jest.setTimeout(60_000);

/** Somebody whose app makes codes. */
interface Enrolled {
  readonly principal: Principal;
  readonly session: Secret;
  readonly codes: readonly string[];
  /** The code of this moment, or of steps later. */
  code(steps?: number): string;
}

const ALL = { limit: 50 };

describe('second factors', () => {
  let world: PeopleWorld;
  let factors: SecondFactors;
  let enrolment: SecondFactorEnrolment;
  let step: SecondStep;
  let sessions: SessionService;

  beforeAll(async () => {
    world = await PeopleWorld.open();
    factors = world.get(SecondFactors);
    enrolment = world.get(SecondFactorEnrolment);
    step = world.get(SecondStep);
    sessions = world.get(SessionService);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.advance(60 * MINUTE);
    await world.sql('DELETE FROM attempt_counter');
  });

  async function enrol(): Promise<Enrolled> {
    const { email } = await world.makeHost();
    const { principal } = await world.login(email, PASSWORD);
    const { secret } = await enrolment.begin(principal, PASSWORD);
    const app = new TOTP({ secret: secret.reveal() });
    const code = (steps = 0): string => app.generate({ timestamp: world.clock.now().getTime() + steps * STEP });
    const { opened, recoveryCodes } = await enrolment.confirm(principal, code(), client());
    world.clock.advance(STEP);
    return { principal, session: opened.token, codes: recoveryCodes.map((one) => one.reveal()), code };
  }
  /** The first step of a login. */
  async function begin({ email }: Principal): Promise<Secret> {
    const result = await world.get(LoginService).login(email, PASSWORD, client());
    if (result.isIn) throw new Error('no code was asked for');
    return result.begun.challenge;
  }
  const verify = (challenge: Secret, code: string, from = client()): Promise<string> =>
    codeOf(step.verify(challenge, code, from));
  /** A code that is surely wrong. */
  const other = (code: string): string => `${code.startsWith('0') ? '1' : '0'}${code.slice(1)}`;

  it('are asked for once they are confirmed, and not before', async () => {
    const { email } = await world.makeHost();
    const { principal, token } = await world.login(email, PASSWORD);
    expect(await codeOf(enrolment.begin(principal, 'wrong horse battery'))).toBe('password_wrong');
    const first = await enrolment.begin(principal, PASSWORD);
    const { secret } = await enrolment.begin(principal, PASSWORD);
    expect(secret.reveal()).not.toBe(first.secret.reveal());
    await world.login(email, PASSWORD);
    expect(await factors.get(principal.userId)).toEqual({ since: null, codesLeft: 0 });
    const app = new TOTP({ secret: secret.reveal() });
    const code = app.generate({ timestamp: world.clock.now().getTime() });
    expect(await codeOf(enrolment.confirm(principal, other(code), client()))).toBe('code_wrong');
    const { opened } = await enrolment.confirm(principal, code, client());
    expect(await sessions.findPrincipal(token)).toBeNull();
    expect(await sessions.findPrincipal(opened.token)).toEqual(principal);
    expect((await sessions.list(principal.userId, null, ALL)).items).toHaveLength(1);
    expect(await factors.get(principal.userId)).toEqual({ since: world.clock.now(), codesLeft: 10 });
    expect(await codeOf(enrolment.begin(principal, PASSWORD))).toBe('second_factor_on');
    expect(await codeOf(enrolment.confirm(principal, code, client()))).toBe('second_factor_on');
    await expect(world.login(email, PASSWORD)).rejects.toThrow('a code is asked for');
  });

  it('make a login two steps, of which the first opens nothing', async () => {
    const { principal, code } = await enrol();
    const challenge = await begin(principal);
    expect(await sessions.findPrincipal(challenge)).toBeNull();
    const { token } = await step.verify(challenge, code(), client());
    expect(await sessions.findPrincipal(token)).toEqual(principal);
    expect(await verify(challenge, code(1))).toBe('login_over');
    expect(await verify(new Secret('guess'), code(1))).toBe('login_over');
    const late = await begin(principal);
    world.clock.advance(5 * MINUTE);
    expect(await verify(late, code())).toBe('login_over');
  });

  it('open no session by a password alone, even where one was checked before', async () => {
    const { principal, session } = await enrol();
    const [row] = await world.sql<{ passwordHash: string }>(
      'SELECT password_hash AS passwordHash FROM user WHERE id = ?',
      [principal.userId],
    );
    const proven = { userId: principal.userId, passwordHash: row!.passwordHash };
    expect(await sessions.open({ ...proven, isCodeShown: false }, client())).toBeNull();
    expect(await sessions.open({ ...proven, isCodeShown: true }, client())).not.toBeNull();
    expect(await sessions.findPrincipal(session)).not.toBeNull();
  });

  it('take no code twice, none before one that was taken, and each only once of many at once', async () => {
    const { principal, code } = await enrol();
    const [now, next] = [code(), code(1)];
    const challenges = [await begin(principal), await begin(principal), await begin(principal)];
    expect((await Promise.all(challenges.map((one) => verify(one, now)))).sort()).toEqual([
      ...['code_wrong', 'code_wrong', 'nothing thrown'],
    ]);
    expect(await verify(await begin(principal), next)).toBe('nothing thrown');
    expect(await verify(await begin(principal), next)).toBe('code_wrong');
    expect(await verify(await begin(principal), now)).toBe('code_wrong');
  });

  it('take one claim of a login of many at once', async () => {
    const { principal, codes } = await enrol();
    const challenge = await begin(principal);
    const outcomes = await Promise.all(codes.slice(0, 4).map((code) => verify(challenge, code)));
    expect(outcomes.filter((one) => one === 'nothing thrown')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'login_over')).toHaveLength(3);
  });

  it('take a recovery code once in place of the app', async () => {
    const { principal, codes } = await enrol();
    const [first] = codes;
    expect(await verify(await begin(principal), first!.toUpperCase())).toBe('nothing thrown');
    expect(await verify(await begin(principal), first!)).toBe('code_wrong');
    expect(await factors.get(principal.userId)).toMatchObject({ codesLeft: 9 });
    const stranger = await enrol();
    expect(await verify(await begin(stranger.principal), codes[1]!)).toBe('code_wrong');
  });

  it('are not guessed, by who knows the password, nor is the person’s own browser shut out', async () => {
    const { principal, code } = await enrol();
    const { device } = await step.verify(await begin(principal), code(), client());
    world.clock.advance(STEP);
    const challenge = await begin(principal);
    const tried: string[] = [];
    for (let i = 0; i < 8; i++) tried.push(await verify(challenge, other(code())));
    expect(tried).toEqual([...Array<string>(5).fill('code_wrong'), ...Array<string>(3).fill('login_over')]);
    // A fresh login gives no fresh tries.
    expect(await verify(await begin(principal), other(code()))).toBe('too_many_attempts');
    expect(await verify(await begin(principal), code(), client({ address: '198.51.100.1' }))).toBe('too_many_attempts');
    expect(await verify(await begin(principal), code(), client({ device }))).toBe('nothing thrown');
    world.clock.advance(15 * MINUTE);
    expect(await verify(await begin(principal), code())).toBe('nothing thrown');
  });

  it('do not tell a right password to who has none: the first step is limited all the same', async () => {
    const { principal } = await enrol();
    const seen: string[] = [];
    for (let i = 0; i < 7; i++)
      seen.push(
        await codeOf(
          world.get(LoginService).login(principal.email, `wrong horse ${i}`, client({ address: '192.0.2.3' })),
        ),
      );
    expect(seen.slice(-2)).toEqual(['too_many_attempts', 'too_many_attempts']);
    const right = world.get(LoginService).login(principal.email, PASSWORD, client({ address: '192.0.2.3' }));
    expect(await codeOf(right)).toBe('too_many_attempts');
  });

  it('end with the password and a code, and what waits for a code ends with the password', async () => {
    const { principal, code, codes } = await enrol();
    const disable = (password: string, given: string): Promise<string> =>
      codeOf(factors.disable(principal, password, given, client()));
    expect(await disable('wrong horse battery', code())).toBe('password_wrong');
    expect(await disable(PASSWORD, other(code()))).toBe('code_wrong');
    const waits = await begin(principal);
    const changed = 'another horse battery';
    await world.get(OwnPassword).change(principal, PASSWORD, changed, client());
    expect(await verify(waits, code())).toBe('login_over');
    expect(await disable(changed, codes[3]!)).toBe('nothing thrown');
    expect(await world.sql('SELECT 1 FROM recovery_code WHERE user_id = ?', [principal.userId])).toEqual([]);
    await world.login(principal.email, changed);
  });

  it('stay when a password is reset by link, and go when somebody above, or the shell, takes them away', async () => {
    const { principal } = await enrol();
    const above = await world.makeHost();
    const actor = { userId: above.id, email: above.email, name: above.name, memberships: above.memberships };
    const carer = { principal: actor, reach: reachFor(actor, 'user:recover')! };
    const { token } = await world.get(PasswordLinks).issue({ id: principal.userId, passwordHash: 'x' }, above.id);
    await world.get(PasswordLinks).use(token, PASSWORD, client(), unwatched);
    await begin(principal);
    expect(await codeOf(factors.removeFor({ ...carer, principal }, principal.userId))).toBe('own_account');
    const nowhere = { principal: actor, reach: { host: false, providerIds: ['prv_9'], merchantIds: [] } };
    expect(await codeOf(factors.removeFor(nowhere, principal.userId))).toBe('user_not_found');
    await factors.removeFor(carer, principal.userId);
    await world.login(principal.email, PASSWORD);

    const lost = await enrol();
    await world.get(PasswordReset).reset(lost.principal.email, PASSWORD);
    await world.login(lost.principal.email, PASSWORD);
  });

  it('are sealed for their person, and codes are hashes', async () => {
    const [one, two] = [await enrol(), await enrol()];
    const box = new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]]));
    const read = async ({ principal: { userId } }: Enrolled) =>
      (
        await world.sql<{ key_id: string; sealed: Buffer }>('SELECT * FROM second_factor WHERE user_id = ?', [userId])
      )[0]!;
    const row = await read(one);
    const open = (userId: string): Secret =>
      box.open({ keyId: row.key_id, bytes: row.sealed }, secondFactorColumn.context({ user_id: userId }));
    expect(open(one.principal.userId).reveal()).toMatch(/^[A-Z2-7]{32}$/);
    expect(() => open(two.principal.userId)).toThrow();
    const hashes = await world.sql<{ code_hash: Buffer }>('SELECT code_hash FROM recovery_code');
    const stored = hashes.map(({ code_hash: hash }) => hash.toString('latin1')).join();
    for (const code of one.codes) expect(stored).not.toContain(code.replaceAll('-', ''));
    await begin(one.principal);
    world.clock.advance(5 * MINUTE);
    await world.get(LoginLeftovers).sweep();
    expect(await world.sql('SELECT 1 FROM pending_login')).toEqual([]);
  });
});
