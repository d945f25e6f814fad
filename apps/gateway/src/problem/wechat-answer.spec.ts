import { AppError } from '@app/kernel';
import { type FastifyRequest } from 'fastify';
import { speaksWechat, wechatAnswerOf, wechatRefusal } from './wechat-answer';

const request = (url: string, route?: string): FastifyRequest =>
  ({ url, routeOptions: { url: route } }) as unknown as FastifyRequest;

it.each([
  ['/cgi-bin/token?secret=x', true],
  ['/datacube/x', true],
  ['/cgi-binary', false],
  ['/api/v1/datacube', false],
  ['/wechat/wx1/events', false],
  ['/', false],
])('%s is WeChat’s: %s', (url, expected) => {
  expect(speaksWechat(request(url))).toBe(expected);
});

it('goes by the route, however the path was written', () => {
  expect(speaksWechat(request('/%63gi-bin/token', '/cgi-bin/*'))).toBe(true);
});

it.each([
  ['a code of WeChat’s', wechatRefusal(40013, 'name it'), 40013, 'invalid appid hint: [name it] rid: req_1'],
  ['no hint', wechatRefusal(42001), 42001, 'access_token expired rid: req_1'],
  ['the gate', new AppError('denied', 'set_missing'), 61007, 'api is unauthorized to component rid: req_1'],
  ['a gate that may open by itself', new AppError('denied', 'token_checking'), -1, 'system error rid: req_1'],
  ['a pause', new AppError('limited', 'appid_paused', { detail: { errcode: 45011 } }), 45011, /^api minute-quota/],
  ['a budget of ours', new AppError('limited', 'days_refused', { detail: { errcode: null } }), 45009, /^reach max/],
  ['MySQL away', new AppError('unavailable', 'database_unavailable'), -1, 'system error rid: req_1'],
  [
    'a bug, which is not told',
    new AppError('bug', 'x', { message: { en: 'inner', zh: '内部' } }),
    -1,
    'system error rid: req_1',
  ],
])('%s', (_what, error, errcode, errmsg) => {
  const expected = typeof errmsg === 'string' ? errmsg : expect.stringMatching(errmsg);
  expect(wechatAnswerOf(error, 'req_1')).toEqual({ errcode, errmsg: expected });
});
