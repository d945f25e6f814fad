import { isReleaseCheckAccount } from './release-check-accounts';
import { releaseCheckVerdict } from './release-check-policy';

const APPID = 'wx570bc396a51b8ff8';
const NOW = new Date('2026-03-10T02:00:00Z');
const SECONDS = String(NOW.getTime() / 1_000);
const CODE = `queryauthcode@@@${'a'.repeat(86)}`;

const message = (fields: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      ToUserName: 'gh_3c884a361561',
      FromUserName: 'ozy4qt5QUADNXORxCVipKMV9dss0',
      CreateTime: SECONDS,
      MsgType: 'text',
      ...fields,
    }),
  );
const verdict = (fields: Readonly<Record<string, string>>, appid = APPID, now = NOW) =>
  releaseCheckVerdict(appid, message(fields), now);

describe('releaseCheckVerdict', () => {
  it('answers the text', () => {
    expect(verdict({ Content: 'TESTCOMPONENT_MSG_TYPE_TEXT' })).toEqual({
      act: 'reply',
      content: 'TESTCOMPONENT_MSG_TYPE_TEXT_callback',
    });
  });

  it.each(['LOCATION', 'subscribe', 'CLICK'])('answers the event %s', (Event) => {
    expect(verdict({ MsgType: 'event', Event })).toEqual({ act: 'reply', content: `${Event}from_callback` });
  });

  it('has a code answered through the API, and shows it to nobody', () => {
    const found = verdict({ Content: `QUERY_AUTH_CODE:${CODE}` });
    expect(found).toMatchObject({
      act: 'answer_by_api',
      appid: APPID,
      openid: 'ozy4qt5QUADNXORxCVipKMV9dss0',
      sentAt: NOW,
    });
    expect(found.act === 'answer_by_api' && found.code.reveal()).toBe(CODE);
    expect(JSON.stringify(found)).not.toContain('@@@');
  });

  it.each([
    ['a merchant’s account', { ToUserName: 'gh_000000000000' }, APPID, 'not_a_test_account'],
    ['an account without a name', { ToUserName: '' }, APPID, 'not_a_test_account'],
    ['the path of another test account', {}, 'wx9252c5e0bb1836fc', 'other_path'],
    ['a merchant’s path', {}, 'wx00000000000000bb', 'other_path'],
    ['another text', { Content: 'testcomponent_msg_type_text' }, APPID, 'no_test_message'],
    ['a text around it', { Content: ' TESTCOMPONENT_MSG_TYPE_TEXT' }, APPID, 'no_test_message'],
    ['no code', { Content: 'QUERY_AUTH_CODE:' }, APPID, 'no_test_message'],
    ['two words as a code', { Content: 'QUERY_AUTH_CODE:a b' }, APPID, 'no_test_message'],
    ['a code without end', { Content: `QUERY_AUTH_CODE:${'a'.repeat(513)}` }, APPID, 'no_test_message'],
    ['nobody to answer', { Content: 'QUERY_AUTH_CODE:a', FromUserName: '' }, APPID, 'no_test_message'],
    ['no time', { Content: 'QUERY_AUTH_CODE:a', CreateTime: 'x' }, APPID, 'no_test_message'],
    ['an event without a name', { MsgType: 'event', Event: '' }, APPID, 'no_test_message'],
    ['a picture', { MsgType: 'image', Content: 'TESTCOMPONENT_MSG_TYPE_TEXT' }, APPID, 'no_test_message'],
  ] as const)('drops %s', (_name, fields, appid, because) => {
    const content = 'Content' in fields ? {} : { Content: 'TESTCOMPONENT_MSG_TYPE_TEXT' };
    expect(verdict({ ...content, ...fields }, appid)).toEqual({ act: 'drop', because });
  });

  it('drops a code that came an hour ago', () => {
    const at = (ms: number) => verdict({ Content: 'QUERY_AUTH_CODE:a' }, APPID, new Date(NOW.getTime() + ms)).act;
    expect([at(3_600_000), at(3_600_001)]).toEqual(['answer_by_api', 'drop']);
  });

  it('knows the ten accounts of the official page', () => {
    expect(isReleaseCheckAccount(APPID)).toBe(true);
    expect(isReleaseCheckAccount('wxd101a85aa106f53e')).toBe(true);
    expect(isReleaseCheckAccount('wx00000000000000bb')).toBe(false);
  });
});
