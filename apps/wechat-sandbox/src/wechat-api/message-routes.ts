import { type FastifyInstance } from 'fastify';
import { type World } from '../world';
import { isRecord } from '../control/fields';
import { type JsonBody, readBody, textField, type WechatHandler } from './wechat-call';
import { WechatError } from './wechat-error';

export function messageRoutes(app: FastifyInstance, world: World): void {
  world.edge.post(app, 'message', '/cgi-bin/message/custom/send', customSend(world));
}

/** Texts only; what was sent is shown by GET /sandbox/messages. */
function customSend(world: World): WechatHandler {
  return (call) => {
    const account = world.gate.messenger(call);
    const body = readBody(call);
    const touser = textField(body, 'touser');
    if (touser === '') throw new WechatError(40003);
    if (body['msgtype'] !== 'text') throw new WechatError(40008);
    const content = contentOf(body);
    if (content === '') throw new WechatError(44004);
    world.messages.add({ component_appid: call.component, appid: account.appid, touser, content });
    return { errcode: 0, errmsg: 'ok' };
  };
}

function contentOf(body: JsonBody): string {
  return isRecord(body['text']) ? textField(body['text'], 'content') : '';
}
