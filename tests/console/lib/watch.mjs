// What no page may do, whatever a test is about: write errors to the console, offend against the security policy,
// call another origin, make calls that fail. A test says beforehand which failures it causes itself.
const RESOURCE_FAILED = /^Failed to load resource:/; // seen as an answer or a failed request, with more detail
const ABANDONED = 'net::ERR_ABORTED'; // the page asked for it no longer

/** The console asks at the start who is signed in; for a guest the answer is a refusal. */
const GUEST_PROBE = { status: 401, path: /^\/api\/user\/self$/ };

/** What an answer cost is looked for again and again: its row is written a moment after it. */
const EARLY_LOOK = { status: 'refused', path: /^\/api\/log\/\d{14}\w+$/ };

export class Watch {
  #origin;
  /** What happened that must not. @type {string[]} */
  problems = [];
  #expected = [GUEST_PROBE, EARLY_LOOK];

  /** @param {import('playwright-core').BrowserContext} context */
  constructor(context, url) {
    this.#origin = new URL(url).origin;
    context.on('console', (message) => this.#seeMessage(message));
    context.on('weberror', (thrown) => this.problems.push(`thrown on ${thrown.page()?.url()}: ${thrown.error().stack || String(thrown.error())}`));
    context.on('request', (request) => this.#seeRequest(request));
    context.on('response', (response) => this.#seeAnswer(response));
    context.on('requestfailed', (request) => this.#seeBreak(request));
  }

  async start(context) {
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
        console.error(`security policy: ${effectiveDirective} blocks ${blockedURI} at ${sourceFile}:${lineNumber}`),
      );
    });
  }

  /**
   * From now on calls may fail so.
   * @param status  a status; 'refused' for an answer that says `success: false`; 'network' for none.
   * @param {RegExp} path  of the call.
   */
  expect(status, path) {
    this.#expected.push({ status, path });
  }

  #seeMessage(message) {
    if (message.type() !== 'error' || RESOURCE_FAILED.test(message.text())) return;
    this.problems.push(`console on ${message.page()?.url()}: ${message.text()}`);
  }

  #seeRequest(request) {
    const { protocol, origin } = new URL(request.url());
    if (protocol === 'data:' || protocol === 'blob:' || origin === this.#origin) return;
    this.problems.push(`a request to another origin: ${request.url()}`);
  }

  async #seeAnswer(response) {
    if (response.status() >= 400) return this.#seeFailure(response.request(), response.status(), response.status());
    if (!/^application\/json\b/.test(response.headers()['content-type'] ?? '')) return;
    const text = await response.text().catch(() => ''); // the page may be gone
    if (isRefusal(text)) this.#seeFailure(response.request(), 'refused', text);
  }

  #seeBreak(request) {
    const reason = request.failure()?.errorText;
    if (reason !== ABANDONED) this.#seeFailure(request, 'network', reason);
  }

  #seeFailure(request, outcome, detail) {
    const { pathname } = new URL(request.url());
    if (this.#expected.some((failure) => failure.status === outcome && failure.path.test(pathname))) return;
    this.problems.push(`${request.method()} ${pathname} failed: ${detail}`);
  }
}

function isRefusal(text) {
  try {
    return JSON.parse(text).success === false;
  } catch {
    return false;
  }
}
