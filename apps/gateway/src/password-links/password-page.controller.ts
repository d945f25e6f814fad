import { Secret } from '@app/kernel';
import { PasswordLinks } from '@app/tenants';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { clientOf, deviceCookie, Public } from '../access';
import { sendPage } from '../http';
import { asAppError, languageOf, problemOf } from '../problem';
import { LoginTrail } from '../session/login-trail';
import { donePage, formPage, overPage } from './password-pages';

/** What a person sees of a password link: opening it changes nothing, the button does. */
@ApiExcludeController()
@Controller('password')
export class PasswordPageController {
  constructor(
    private readonly links: PasswordLinks,
    private readonly trail: LoginTrail,
  ) {}

  @Get(':token')
  @Public()
  async open(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.showForm(token, request, reply, null);
  }

  @Post(':token')
  @Public()
  async use(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
    try {
      const [password, witness] = [form.get('password') ?? '', this.trail.ofPassword(request)];
      const device = await this.links.use(new Secret(token), password, clientOf(request), witness);
      deviceCookie.set(request, reply, device);
      sendPage(reply, 200, donePage(languageOf(request)), { formAction: [] });
    } catch (error) {
      await this.showForm(token, request, reply, error);
    }
  }

  /** @param thrown why the password was not set; the form says so while its link can still be used. */
  private async showForm(token: string, request: FastifyRequest, reply: FastifyReply, thrown: unknown): Promise<void> {
    const language = languageOf(request);
    const fault = thrown === null ? null : problemOf(asAppError(thrown), language, request.id);
    try {
      const link = await this.links.get(new Secret(token));
      const text = formPage(link, `/password/${token}`, fault?.detail ?? null, language);
      sendPage(reply, fault?.status ?? 200, text, { formAction: [] });
    } catch (error) {
      const { status, detail } = problemOf(asAppError(error), language, request.id);
      sendPage(reply, status, overPage(detail, language), { formAction: [] });
    }
  }
}
