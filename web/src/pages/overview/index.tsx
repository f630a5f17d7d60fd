import { useCan } from '../../auth/useAccount';
import { OperatorOverview } from './OperatorOverview';
import { UserOverview } from './UserOverview';

/** The start: what happens on the gateway, or what one's own account does on it. */
export default function OverviewPage() {
  return useCan()('analytics.all') ? <OperatorOverview /> : <UserOverview />;
}
