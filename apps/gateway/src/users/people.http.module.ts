import { configProvider } from '@app/platform';
import { SecondFactorModule, TenantsModule } from '@app/tenants';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config';
import { PasswordLinksController } from '../password-links/password-links.controller';
import { PasswordPageController } from '../password-links/password-page.controller';
import { SecondFactorController } from '../second-factor/second-factor.controller';
import { SecondStepController } from '../second-factor/second-step.controller';
import { LoginTrail } from '../session/login-trail';
import { SessionController } from '../session/session.controller';
import { SessionsController } from '../session/sessions.controller';
import { MembershipsController } from './memberships.controller';
import { UserCareController } from './user-care.controller';
import { UsersController } from './users.controller';

/** People: who they are, how they get in, and who looks after them. */
@Module({
  imports: [TenantsModule, SecondFactorModule],
  controllers: [
    SessionController,
    SessionsController,
    UsersController,
    UserCareController,
    MembershipsController,
    PasswordLinksController,
    PasswordPageController,
    SecondFactorController,
    SecondStepController,
  ],
  providers: [configProvider(GatewayConfig), LoginTrail],
})
export class PeopleHttpModule {}
