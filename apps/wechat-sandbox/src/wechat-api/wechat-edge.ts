import { setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type SandboxClock } from '../clock/sandbox-clock';
import { type FaultSwitches } from '../faults/fault-switches';
import { type Tokens } from '../grants/tokens';
import { type Log } from '../sandbox-log';
import { newRid } from '../state/value-shapes';
import { type CallLog } from './call-log';
import { type WechatCall, type WechatHandler } from './wechat-call';
import { spoiled } from './odd-answer';
import { WechatError } from './wechat-error';

export type Family = 'component' | 'datacube' | 'message';

/** Errcodes in the call log for calls that got no WeChat answer; WeChat itself has none of them. */
const NETWORK_CODES = { http502: -502, reset: -600, timeout: -601 } as const;

const JSON_TYPE = 'application/json; encoding=utf-8';
const HTML_200 = '<html>\r\n<head><title>系统繁忙</title></head>\r\n<body>请稍后再试</body>\r\n</html>\r\n';
const HTML_502 = '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n';

export function callerAddress(request: FastifyRequest): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** Between HTTP and the handlers: answer shapes, upstream trouble, the call log. */
export class WechatEdge {
  constructor(
    private readonly faults: FaultSwitches,
    private readonly clock: SandboxClock,
    private readonly calls: CallLog,
    private readonly log: Log,
    private readonly tokens: Tokens,
  ) {}

  post(app: FastifyInstance, family: Family, path: string, handler: WechatHandler): void {
    app.post(path, (request, reply) => this.serve(request, reply, family, path, handler));
    app.get(path, (request, reply) =>
      this.serve(request, reply, family, path, () => {
        throw new WechatError(43002);
      }),
    );
  }

  get(app: FastifyInstance, path: string, handler: WechatHandler): void {
    app.get(path, (request, reply) => this.serve(request, reply, 'component', path, handler));
  }

  /** For addresses WeChat does not know. */
  unknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return this.plain(request, reply, '(unknown)', () => {
      throw new WechatError(40066);
    });
  }

  private serve(
    request: FastifyRequest,
    reply: FastifyReply,
    family: Family,
    path: string,
    handler: WechatHandler,
  ): FastifyReply | Promise<FastifyReply> {
    // A client that measures its clock against WeChat's sees the sandbox's time, not this machine's.
    reply.header('date', new Date(this.clock.now()).toUTCString());
    if (this.faults.quiet) return this.plain(request, reply, path, handler);
    return this.troubled(request, reply, { family, path, handler });
  }

  private plain(request: FastifyRequest, reply: FastifyReply, path: string, handler: WechatHandler): FastifyReply {
    return sendJson(reply, this.answer(request, path, handler));
  }

  private answer(request: FastifyRequest, path: string, handler: WechatHandler): string {
    const call: WechatCall = {
      path,
      query: request.query as Record<string, string | undefined>,
      rawBody: typeof request.body === 'string' ? request.body : '',
      ip: callerAddress(request),
      appid: '',
      component: '',
    };
    let errcode = 0;
    let body: string;
    try {
      const answer = handler(call);
      body = typeof answer === 'string' ? answer : JSON.stringify(answer);
    } catch (problem) {
      const error = problem instanceof WechatError ? problem : new WechatError(-1);
      if (error !== problem) this.log('error', 'handler failed', { path, error: String(problem) });
      errcode = error.errcode;
      body = JSON.stringify({ errcode, errmsg: `${error.message} rid: ${newRid(this.clock.seconds())}` });
    }
    this.calls.record(path, call.appid, call.component, errcode);
    return body;
  }

  private async troubled(
    request: FastifyRequest,
    reply: FastifyReply,
    route: { family: Family; path: string; handler: WechatHandler },
  ): Promise<FastifyReply> {
    const { values } = this.faults;
    const { family, path } = route;
    const onPath = path.includes(values.faultPath);
    const latency = values.latencyMs + Math.random() * values.latencyJitterMs;
    if (onPath && latency > 0) await sleep(latency);

    const hit = Math.random() < values.faultProbability;
    const network = onPath && hit;
    if (network && this.faults.take('http502Html')) {
      this.calls.record(path, '', '', NETWORK_CODES.http502);
      return reply.code(502).header('content-type', 'text/html').send(HTML_502);
    }
    if (network && this.faults.take('connectionReset')) {
      this.calls.record(path, '', '', NETWORK_CODES.reset);
      return cut(reply);
    }
    if (network && this.faults.take('timeouts')) {
      this.calls.record(path, '', '', NETWORK_CODES.timeout);
      return reply.hijack();
    }
    const handler: WechatHandler = (call) => spoiled(route.handler(call), path, this.faults);
    const body = this.answer(request, path, hit ? this.injecting(family, handler) : handler);
    if (path.includes(values.oddAnswerPath) && this.faults.take('html200')) {
      return reply.header('content-type', 'text/html; charset=utf-8').send(HTML_200);
    }
    if (network && this.faults.take('answerLost')) return cut(reply);
    if (network && this.faults.take('truncatedBody')) return truncate(reply, body);
    return sendJson(reply, body);
  }

  /** The handler, or an injected errcode when the switches name this family, path and account. */
  private injecting(family: Family, handler: WechatHandler): WechatHandler {
    return (call) => {
      const { datacubeErrcodeAppid, componentErrcodePath } = this.faults.values;
      const owner = this.tokens.find(call.query['access_token'] ?? call.query['component_access_token']);
      const meant =
        family === 'component'
          ? call.path.includes(componentErrcodePath)
          : family === 'message' || datacubeErrcodeAppid === '' || datacubeErrcodeAppid === owner?.appid;
      const errcode = meant ? this.faults.takeErrcode(family) : 0;
      if (errcode === 0) return handler(call);
      call.appid = owner?.appid ?? '';
      call.component = owner?.component ?? '';
      throw new WechatError(errcode);
    };
  }
}

/** As bytes: Fastify would add a charset to the content type of a text, and WeChat sends none. */
function sendJson(reply: FastifyReply, body: string): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(Buffer.from(body));
}

function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
  return reply;
}

function truncate(reply: FastifyReply, body: string): FastifyReply {
  reply.hijack();
  const bytes = Buffer.from(body);
  reply.raw.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.socket?.destroy());
  return reply;
}
