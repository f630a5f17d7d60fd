import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../test/axe';
import { type Call, refusal, ScriptedGateway } from '../../test/gateway';
import { renderElement } from '../../test/renderApp';
import PlaygroundPage from '.';

const price = { model: 'gpt-a', type: 'tokens', channel_type: 1, input: 1, output: 2, locked: false };
const models = {
  'gpt-a': { groups: ['default'], owned_by: 'OpenAI', price },
  'vip-b': { groups: ['vip'], owned_by: '<script>alert(1)</script>', price },
};
const groups = { default: { symbol: 'default', name: 'Default', ratio: 1 }, vip: { symbol: 'vip', name: 'VIP', ratio: 2 } };
const route = 'POST /pg/chat/completions';
const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };

function chunk(delta: object, more: object = {}): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-a', choices: [{ index: 0, delta }], ...more })}\n\n`;
}

function streamed(...pieces: string[]): Response {
  return new Response(pieces.join(''), { headers: { 'Content-Type': 'text/event-stream', 'X-Request-Id': 'req-9' } });
}

/** Goes on until the caller leaves. */
function endless(begin: string, signal: AbortSignal | null | undefined): Response {
  const start = (to: ReadableStreamDefaultController) => {
    to.enqueue(new TextEncoder().encode(begin));
    signal?.addEventListener('abort', () => to.error(signal.reason));
  };
  return new Response(new ReadableStream({ start }), { headers: { 'Content-Type': 'text/event-stream', 'X-Request-Id': 'req-9' } });
}

function gateway(answers: Record<string, unknown>) {
  return new ScriptedGateway({
    'GET /api/available_model': models,
    'GET /api/model_info/': [],
    'GET /api/user_group_map': groups,
    'GET /api/log/req-9': { row: { quota: 1500 } },
    ...answers,
  });
}

async function openPage(address = '/?model=gpt-a') {
  const app = renderElement(<PlaygroundPage />, address);
  const message = await screen.findByRole('textbox', { name: 'Message' });
  return { ...app, message };
}

describe('playground', () => {
  it('sends the conversation with its parameters, and shows the answer with what it took and cost', async () => {
    const server = gateway({ [route]: () => streamed(chunk({ reasoning_content: 'Let me see' }), chunk({ content: 'Hello **you**' }), chunk({}, { choices: [], usage }), 'data: [DONE]\n\n') });
    const { user, message } = await openPage('/?model=gpt-a&temperature=0.5&max_tokens=100&top_p=7');
    expect(await screen.findByText('A parameter is out of its bounds.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: /gpt-a/ }));
    await user.clear(await screen.findByLabelText('Top P'));
    await user.type(screen.getByLabelText('System prompt'), 'Be kind');
    await user.click(screen.getByRole('button', { name: 'Back to the conversation' }));
    await user.type(message, 'Hi{Enter}');

    expect(await screen.findByText('you')).toBeVisible();
    expect(await screen.findByText('12 tokens in, 3 out')).toBeVisible();
    expect(screen.getByText('What the model thought')).toBeVisible();
    expect(await screen.findByText('$0.003')).toBeVisible();
    expect(screen.getByRole('link', { name: 'See it in the log' })).toHaveAttribute('href', '/panel/requests/req-9');
    expect(server.callsTo(route)[0]?.body).toEqual({
      model: 'gpt-a',
      stream: true,
      temperature: 0.5,
      max_tokens: 100,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: 'Hi' },
      ],
    });
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('keeps what came when the stream breaks off, and asks anew for it', async () => {
    let broken = true;
    const server = gateway({ [route]: () => (broken ? streamed(chunk({ content: 'Half an ans' })) : streamed(chunk({ content: 'Whole' }), 'data: [DONE]\n\n')) });
    const { user, message } = await openPage();
    await user.type(message, 'Hi{Enter}');
    expect(await screen.findByText(/The answer broke off/)).toBeVisible();
    expect(screen.getByText('Half an ans')).toBeVisible();
    expect(screen.getByText('Request req-9')).toBeVisible();

    broken = false;
    await user.click(screen.getByRole('button', { name: 'Ask for this answer anew' }));
    expect(await screen.findByText('Whole')).toBeVisible();
    expect(screen.queryByText('Half an ans')).toBeNull();
    expect(server.callsTo(route)[1]?.body).toMatchObject({ messages: [{ role: 'user', content: 'Hi' }] });
  });

  it('shows a refusal in the conversation, with the request id, and the message stays', async () => {
    gateway({ [route]: () => Response.json({ error: { message: 'your balance is used up', type: 'insufficient_quota' } }, { status: 400, headers: { 'X-Request-Id': 'req-5' } }) });
    const { user, message } = await openPage();
    await user.type(message, 'Hi{Enter}');
    expect(await screen.findByText('Your balance is used up')).toBeVisible();
    expect(screen.getByText('Request req-5')).toBeVisible();
    expect(screen.getByText('Hi')).toBeVisible();
  });

  it('shows what models and people write as text, and loads nothing from it', async () => {
    const hostile = '<img src=x onerror=alert(1)> ![spy](https://evil.test/a.png) [go](javascript:alert(1))';
    gateway({ [route]: () => streamed(chunk({ content: hostile }), 'data: [DONE]\n\n') });
    const { user, message, container } = await openPage();
    await user.type(message, '<script>alert(1)</script>{Enter}');
    expect(await screen.findByRole('link', { name: 'spy' })).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    expect(container.querySelector('img, script')).toBeNull();
    expect(screen.getByText('<script>alert(1)</script>')).toBeVisible();
    expect(container.querySelector('a[href^="javascript"]')).toBeNull();
  });

  it('asks to sign in again where the session has ended, and keeps the conversation', async () => {
    gateway({ [route]: () => refusal(401) });
    const { user, message } = await openPage();
    await user.type(message, 'Hi{Enter}');
    expect(await screen.findByText('Your session has ended')).toBeVisible();
    expect(screen.getByText('Hi')).toBeInTheDocument();
  });

  it('goes on from a message that was edited', async () => {
    let count = 0;
    const server = gateway({ [route]: () => streamed(chunk({ content: `Answer ${++count}` }), 'data: [DONE]\n\n') });
    const { user, message } = await openPage();
    await user.type(message, 'First{Enter}');
    await screen.findByText('Answer 1');
    await user.type(message, 'Second{Enter}');
    await screen.findByText('Answer 2');
    await user.click(screen.getAllByRole('button', { name: 'Edit the message' })[0]!);
    const editor = screen.getByRole('textbox', { name: 'Edit the message' });
    await user.clear(editor);
    await user.type(editor, 'Other');
    await user.click(within(editor.closest('article')!).getByRole('button', { name: 'Send' }));
    await screen.findByText('Answer 3');
    expect(screen.queryByText('Second')).toBeNull();
    expect(server.callsTo(route)[2]?.body).toMatchObject({ messages: [{ role: 'user', content: 'Other' }] });
  });

  it('stops, keeping what came', async () => {
    gateway({
      [route]: ({ signal }: Call) => endless(chunk({ content: 'Begun' }), signal),
    });
    const { user, message } = await openPage();
    await user.type(message, 'Hi{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('Stopped.')).toBeVisible();
    expect(screen.getByText('Begun')).toBeVisible();
  });

  it('outlives a reload, for the same account only', async () => {
    gateway({ [route]: () => streamed(chunk({ content: 'Remembered' }), 'data: [DONE]\n\n') });
    const { user, message, unmount } = await openPage();
    await user.type(message, 'Hi{Enter}');
    await screen.findByText('Remembered');
    unmount();
    await openPage();
    expect(screen.getByText('Remembered')).toBeVisible();
  });

  it('takes the group that serves a model when another model is chosen', async () => {
    gateway({});
    const { user, router } = await openPage();
    await user.click(screen.getByRole('button', { name: /gpt-a/ }));
    const picker = await screen.findByRole('combobox', { name: 'Model' });
    await user.clear(picker);
    await user.type(picker, 'vip');
    expect(await screen.findByText('<script>alert(1)</script>')).toBeVisible();
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(router.state.location.search).toBe('?model=vip-b&group=vip'));
  });

  it('says what is missing where no model can be called, and offers another try where they cannot be read', async () => {
    gateway({ 'GET /api/available_model': {} });
    renderElement(<PlaygroundPage />, '/');
    expect(await screen.findByText('There are no models to call')).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
  });

  it('offers another try where the models cannot be read', async () => {
    gateway({ 'GET /api/available_model': () => refusal(503) });
    renderElement(<PlaygroundPage />, '/');
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeVisible();
  });
});
