import { Controller, Get, Logger, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ConnectService, WechatPages } from '@app/credentials';
import { Secret } from '@app/kernel';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../access';
import { sendPage } from '../http';
import { asAppError, languageOf } from '../problem';
import { CANCELLED, endingOfError, endingOfOutcome } from './ending';
import { type Ending } from './ending-text';
import { endingPage, landingPage } from './pages';

/** A phone's browser takes the page for phones; WeChat for PC names no phone. */
const PHONE = /Android|iPhone|iPad|Mobile|OpenHarmony/i;

/** What a merchant sees of an invite, before and after WeChat's own page. */
@ApiExcludeController()
@Controller('connect')
export class ConnectController {
  private readonly logger = new Logger(ConnectController.name);

  constructor(
    private readonly connect: ConnectService,
    private readonly pages: WechatPages,
  ) {}

  @Get(':token')
  @Public()
  async open(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    try {
      const invite = await this.connect.open(token);
      const { desktop, mobile } = this.pages.origins;
      const text = await landingPage(invite, `/connect/${token}`, languageOf(request));
      sendPage(reply, 200, text, { formAction: [...new Set([desktop, mobile])] });
    } catch (error) {
      this.end(request, reply, this.explain(error));
    }
  }

  @Post(':token')
  @Public()
  async go(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    try {
      const isPhone = PHONE.test(request.headers['user-agent'] ?? '');
      const url = await this.connect.click(token, isPhone ? 'mobile' : 'desktop');
      // WeChat checks the Referer, and the policy of a redirect holds for the request that follows it.
      void reply
        .code(303)
        .header('Location', url)
        .header('Referrer-Policy', 'strict-origin-when-cross-origin')
        .header('Cache-Control', 'no-store')
        .send();
    } catch (error) {
      this.end(request, reply, this.explain(error));
    }
  }

  @Get(':token/callback')
  @Public()
  async back(
    @Param('token') token: string,
    @Query('auth_code') authCode: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.end(request, reply, await this.ending(token, authCode));
  }

  private async ending(token: string, authCode: unknown): Promise<Ending> {
    try {
      if (typeof authCode !== 'string' || authCode === '') {
        await this.connect.find(token);
        return CANCELLED;
      }
      return endingOfOutcome(await this.connect.callback(token, new Secret(authCode)));
    } catch (error) {
      return this.explain(error);
    }
  }

  private explain(thrown: unknown): Ending {
    const error = asAppError(thrown);
    const ending = endingOfError(error);
    if (ending.status >= 500) this.logger.warn({ msg: 'connect page could not go on', code: error.code, err: error });
    return ending;
  }

  private end(request: FastifyRequest, reply: FastifyReply, ending: Ending): void {
    const { retryAfterSeconds } = ending;
    if (retryAfterSeconds !== undefined) void reply.header('Retry-After', String(retryAfterSeconds));
    sendPage(reply, ending.status, endingPage(ending, languageOf(request)), { formAction: [] });
  }
}
