// A gateway between the SDKs and a stand-in provider: one channel for each dialect, models with a price.
import { startGateway } from './gateway.mjs';
import { Admin } from './admin.mjs';
import { startProvider, UPSTREAM_KEY } from './provider.mjs';

export const OPENAI = 1;
export const ANTHROPIC = 14;

/** What each upstream serves. A test goes through both by looping over this. */
export const UPSTREAMS = [
  { dialect: 'openai', model: 'gpt-e2e' },
  { dialect: 'anthropic', model: 'claude-e2e' },
];

export async function startStack(options) {
  const provider = await startProvider();
  const gateway = await startGateway(options);
  const admin = await Admin.signIn(gateway.url);
  await admin.liftRate('default');
  await admin.addChannel(OPENAI, 'openai', provider.url, ['gpt-e2e', 'embedding-e2e', 'moderation-e2e'], UPSTREAM_KEY);
  await admin.addChannel(ANTHROPIC, 'anthropic', provider.url, ['claude-e2e'], UPSTREAM_KEY);
  // One quota an input token, three an output token.
  for (const model of ['gpt-e2e', 'claude-e2e', 'embedding-e2e', 'moderation-e2e']) await admin.setPrice(model, 1, 3);
  const token = await admin.addToken('e2e', { quota: 100_000_000 });
  return {
    provider,
    gateway,
    admin,
    token,
    url: gateway.url,
    async stop() {
      await gateway.stop();
      provider.close();
    },
  };
}

/** A picture of one pixel. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
