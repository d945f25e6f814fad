import { type CallSide } from '../errcodes/errcode';

interface CallShape {
  readonly path: string;
  /** The name of the query parameter that carries the token; null where the body carries the AppSecret. */
  readonly tokenParameter: 'component_access_token' | 'access_token' | null;
  readonly on: CallSide;
}

const component = (name: string): CallShape => ({
  path: `/cgi-bin/component/${name}`,
  // The newer pages say access_token; WeChat takes both, and SDKs and stand-ins know the old name.
  tokenParameter: 'component_access_token',
  on: 'component',
});
const bySecret = (name: string): CallShape => ({ ...component(name), tokenParameter: null, on: 'secret' });

/** Every call we make, named as WeChat names it. */
export const WECHAT_CALLS = {
  api_component_token: bySecret('api_component_token'),
  api_start_push_ticket: bySecret('api_start_push_ticket'),
  clear_quota_v2: bySecret('clear_quota/v2'),
  api_create_preauthcode: component('api_create_preauthcode'),
  api_query_auth: component('api_query_auth'),
  api_authorizer_token: component('api_authorizer_token'),
  api_get_authorizer_info: component('api_get_authorizer_info'),
  api_get_authorizer_list: component('api_get_authorizer_list'),
  quota_get: { path: '/cgi-bin/openapi/quota/get', tokenParameter: 'access_token', on: 'authorizer' },
  getusercumulate: { path: '/datacube/getusercumulate', tokenParameter: 'access_token', on: 'authorizer' },
  message_custom_send: { path: '/cgi-bin/message/custom/send', tokenParameter: 'access_token', on: 'authorizer' },
} as const satisfies Record<string, CallShape>;

export type WechatCall = keyof typeof WECHAT_CALLS;
