import { cdata } from './flat-xml';

/** The plain XML of a passive text reply, to be sealed before it is sent. */
export function textReplyXml(reply: {
  /** The follower's openid, the message's FromUserName. */
  readonly to: string;
  /** The account's user name, the message's ToUserName. */
  readonly from: string;
  readonly content: string;
  readonly at: Date;
}): string {
  return (
    `<xml><ToUserName>${cdata(reply.to)}</ToUserName><FromUserName>${cdata(reply.from)}</FromUserName>` +
    `<CreateTime>${Math.floor(reply.at.getTime() / 1_000)}</CreateTime><MsgType>${cdata('text')}</MsgType>` +
    `<Content>${cdata(reply.content)}</Content></xml>`
  );
}
