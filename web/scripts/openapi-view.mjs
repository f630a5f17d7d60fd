// The console's view of the management API: what api/base.ts hands on, which has opened the envelope already, and what a
// change makes stale.

// GET routes that change something are mutations for the console.
export const changingReads = ['getUserLogout', 'getUserToken', 'getChannelTest', 'getChannelTestId', 'getTokenPlayground'];

// The description's tags say which answers belong together: a change reads its own tag's answers again, and these.
const alsoStale = {
  channels: ['models', 'prices', 'reports', 'setup'],
  models: ['prices'],
  people: ['logs', 'models', 'reports'],
  playground: ['logs', 'people', 'reports', 'tokens'],
  prices: ['models', 'channels'],
  system: ['setup'],
  tokens: ['setup'],
};

// Routes that change nothing which is shown, and the two that change who is looking, which the session sees to.
const changesNothing = ['postUserLogin', 'getUserLogout', 'postChannelProbe', 'putUserSelfPreferences', 'postChannelProviderModelsList'];

const envelope = new Set(['success', 'message', 'data']);

/** Turns each answer `{success, message, data} | Failure` of the description into the type of `data`. */
export function consoleView(document) {
  for (const path of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(path)) {
      if (operation?.responses) narrowOperation(method, operation);
    }
  }
  return document;
}

function narrowOperation(method, operation) {
  operation.tags = tagsOf(method, operation);
  operation.parameters = operation.parameters?.filter((parameter) => parameter.$ref !== '#/components/parameters/p');
  for (const [status, answer] of Object.entries(operation.responses)) {
    const content = answer.content?.['application/json'];
    if (status.startsWith('2') && content) content.schema = eventsOf(answer) ?? openEnvelope(content.schema);
  }
}

/** Of routes that answer nothing but a stream: what `readEvents` reads, for its type. */
function eventsOf({ content }) {
  return content['application/json'].schema.$ref === '#/components/schemas/Failure' ? content['text/event-stream']?.schema : undefined;
}

function tagsOf(method, { operationId, tags = [] }) {
  if (changesNothing.includes(operationId)) return [];
  if (method === 'get' && !changingReads.includes(operationId)) return tags;
  return [...new Set(tags.flatMap((tag) => [tag, ...(alsoStale[tag] ?? [])]))];
}

function openEnvelope(schema) {
  const variants = variantsOf(schema).filter((variant) => !isFailure(variant));
  const [success] = variants;
  if (variants.length !== 1 || !success.properties?.success || !success.properties.message) return schema;
  const beside = Object.keys(success.properties).filter((name) => !envelope.has(name));
  if (beside.length > 0) return withoutEnvelope(success);
  return success.properties.data ? pagedOnly(success.properties.data) : { type: 'null' };
}

function variantsOf(schema) {
  return schema.oneOf?.flatMap(variantsOf) ?? [schema];
}

function isFailure({ $ref, properties }) {
  return $ref === '#/components/schemas/Failure' || properties?.success?.const === false;
}

function withoutEnvelope(schema) {
  const kept = (name) => name !== 'success' && name !== 'message';
  const properties = Object.fromEntries(Object.entries(schema.properties).filter(([name]) => kept(name)));
  return { ...schema, properties, required: schema.required.filter(kept) };
}

/** Lists answer a bare array only to one-api's `p`, which the console does not use. */
function pagedOnly(data) {
  return data.oneOf?.find((variant) => variant.properties?.total_count) ?? data;
}
