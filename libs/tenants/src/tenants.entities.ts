import { ApiKey } from './api-keys/api-key.entity';
import { AuditChain } from './audit/audit-chain.entity';
import { AuditEvent } from './audit/audit-event.entity';
import { Merchant } from './merchants/merchant.entity';
import { Provider } from './providers/provider.entity';
import { Session } from './sessions/session.entity';
import { Membership } from './users/membership.entity';
import { User } from './users/user.entity';

export const tenantEntities = [Provider, Merchant, User, Membership, Session, ApiKey, AuditEvent, AuditChain];
