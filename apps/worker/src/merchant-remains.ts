import { CredentialRemains, CredentialsModule } from '@app/credentials';
import { fetchingRemains } from '@app/fetching';
import { reportRemains } from '@app/reports';
import { joinedRemains, tenantRemains, type MerchantRemains } from '@app/tenants';
import { webhookRemains } from '@app/webhooks';

/** What all libs have of a merchant. */
export const merchantRemains = {
  imports: [CredentialsModule],
  inject: [CredentialRemains],
  useFactory: (credentialRemains: CredentialRemains): MerchantRemains =>
    joinedRemains([tenantRemains, credentialRemains, fetchingRemains, reportRemains, webhookRemains]),
};
