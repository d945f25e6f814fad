import { Secret } from '@app/kernel';
import { PasswordLinks } from '@app/tenants';
import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { clientOf, deviceCookie, Public } from '../access';
import { LoginTrail } from '../session/login-trail';
import { NewPasswordDto, openLinkDto, type OpenLinkDto } from './password-link.dto';

/** The link is all that its person has: whoever holds it sets the password, once. */
@ApiTags('password-links')
@Controller('api/v1/password-links')
export class PasswordLinksController {
  constructor(
    private readonly links: PasswordLinks,
    private readonly trail: LoginTrail,
  ) {}

  /** For whom a link is and until when. Looking does not use it up. 404 `password_link_over` when it cannot be used. */
  @Get(':token')
  @Public()
  async show(@Param('token') token: string): Promise<OpenLinkDto> {
    return openLinkDto(await this.links.get(new Secret(token)));
  }

  /** Sets the password, once, and ends all sessions of the person, who then logs in. */
  @Post(':token')
  @HttpCode(204)
  @Public()
  async use(
    @Param('token') token: string,
    @Body() { password }: NewPasswordDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const witness = this.trail.ofPassword(request);
    const device = await this.links.use(new Secret(token), password, clientOf(request), witness);
    deviceCookie.set(request, reply, device);
  }
}
