import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AppError } from '@app/kernel';
import { MessageInbox, PushInbox, PushRefusals, type MessageAnswer } from '@app/credentials';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../access';
import { callbackQuery } from './callback-query';

/** WeChat's pushes. Anything but exactly `success` makes WeChat push again, so it is said only when all is stored. */
@ApiExcludeController()
@Controller('wechat')
export class WechatEventsController {
  constructor(
    private readonly events: PushInbox,
    private readonly messages: MessageInbox,
    private readonly refusals: PushRefusals,
  ) {}

  @Post(':componentAppid/events')
  @Public()
  async receive(
    @Param('componentAppid') componentAppid: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await answer(reply, async () => {
      try {
        await this.events.receive(componentAppid, callbackQuery(request.query), bodyOf(request));
      } catch (error) {
        this.refusals.note(componentAppid, error);
        throw error;
      }
      return { kind: 'dropped' };
    });
  }

  /** Permission set 2 brings no messages; with set 1 WeChat tests a platform's answers before its release. */
  @Post(':componentAppid/accounts/:appid/messages')
  @Public()
  async message(
    @Param('componentAppid') componentAppid: string,
    @Param('appid') appid: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await answer(reply, () =>
      this.messages.receive(componentAppid, appid, callbackQuery(request.query), bodyOf(request)),
    );
  }
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** Throws what the problem filter answers: 403 for a signature, 404 for an unknown platform, 503 when nothing can be stored. */
async function answer(reply: FastifyReply, work: () => Promise<MessageAnswer>): Promise<void> {
  let result: MessageAnswer;
  try {
    result = await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    void reply.code(400).type('text/plain; charset=utf-8').send(error.code);
    return;
  }
  if (result.kind === 'reply') void reply.code(200).type('text/xml; charset=utf-8').send(result.body);
  else
    void reply
      .code(200)
      .type('text/plain')
      .send(result.kind === 'taken' ? '' : 'success');
}
