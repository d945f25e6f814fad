import { All, Controller, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { Public } from '../access';
import { WECHAT_ROOTS, wechatRefusal } from '../problem';

/** Served with another method. */
const METHODS: ReadonlyMap<string, 43001 | 43002> = new Map([
  ['/datacube/getusercumulate', 43002],
  ['/cgi-bin/stable_token', 43002],
  ['/cgi-bin/token', 43001],
]);

/** All other paths of WeChat: an SDK is told so in words it knows. */
@ApiExcludeController()
@Controller()
export class WechatPathsController {
  @All(WECHAT_ROOTS.map((root) => `${root}/*`))
  @Public()
  refuse(@Req() request: FastifyRequest): never {
    const [raw = ''] = request.url.split('?', 1);
    const path = raw.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
    throw wechatRefusal(
      METHODS.get(path) ?? 48001,
      METHODS.has(path) ? undefined : 'the gateway does not serve this path',
    );
  }
}
