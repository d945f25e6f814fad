import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AppError } from '@app/kernel';
import { PushInbox, PushRefusals } from '@app/credentials';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Public } from '../access';
import { callbackQuery } from './callback-query';

/** WeChat's pushes. Anything but exactly `success` makes WeChat push again, so it is said only when all is stored. */
@ApiExcludeController()
@Controller('wechat')
export class WechatEventsController {
  constructor(
    private readonly inbox: PushInbox,
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
        await this.inbox.receive(componentAppid, callbackQuery(request.query), bodyOf(request));
      } catch (error) {
        this.refusals.note(componentAppid, error);
        throw error;
      }
    });
  }

  /** Messages of accounts are checked and dropped: permission set 2 brings none. */
  @Post(':componentAppid/accounts/:appid/messages')
  @Public()
  async drop(
    @Param('componentAppid') componentAppid: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await answer(reply, () => this.inbox.verify(componentAppid, callbackQuery(request.query), bodyOf(request)));
  }
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** Throws what the problem filter answers: 403 for a signature, 404 for an unknown platform, 503 when nothing can be stored. */
async function answer(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    void reply.code(400).type('text/plain; charset=utf-8').send(error.code);
    return;
  }
  void reply.code(200).type('text/plain').send('success');
}
