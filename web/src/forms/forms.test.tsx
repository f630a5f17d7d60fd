import { screen, waitFor, within } from '@testing-library/react';
import { Fragment, type ReactElement } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { ApiProblem } from '../api/problem';
import { accessibilityFaults } from '../test/axe';
import { ScriptedGateway } from '../test/gateway';
import { renderElement } from '../test/renderApp';
import {
  DateTimeField,
  DecimalField,
  decimalText,
  FormDialog,
  JsonField,
  jsonText,
  ModelsField,
  MoneyField,
  NumberField,
  requiredText,
  SecretField,
  SelectField,
  SwitchField,
  TextField,
} from '.';

const shapes = {
  name: requiredText(10),
  weight: z.number().int().min(1).max(100),
  quota: z.number(),
  price: decimalText(),
  extra: jsonText(),
  models: z.array(z.string()).min(1),
  key: z.string(),
  kind: z.string(),
  active: z.boolean(),
  expires: z.number(),
};

type FieldName = keyof typeof shapes;
type Values = Partial<Record<FieldName, unknown>>;

const allValues: Required<Values> = { name: 'old', weight: 5, quota: 500_000, price: '0.15', extra: '', models: ['gpt'], key: '', kind: 'a', active: true, expires: -1 };

const fields: Record<FieldName, ReactElement> = {
  name: <TextField name="name" label="Name" required />,
  weight: <NumberField name="weight" label="Weight" />,
  quota: <MoneyField name="quota" label="Quota" />,
  price: <DecimalField name="price" label="Price" prefix="$" />,
  extra: <JsonField name="extra" label="Extra" />,
  models: <ModelsField name="models" label="Models" />,
  key: <SecretField name="key" label="Key" isSet />,
  kind: <SelectField name="kind" label="Kind" options={[{ value: 'a', label: 'First' }, { value: 'b', label: 'Second' }]} />,
  active: <SwitchField name="active" label="Active" />,
  expires: <DateTimeField name="expires" label="Expires" canBeNever />,
};

function pick<T>(names: readonly FieldName[], from: Record<FieldName, T>): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

interface Options {
  names?: readonly FieldName[];
  onSubmit?: (values: Values, version: number) => Promise<unknown>;
  onClose?: () => void;
  review?: boolean;
  stale?: { version: number; load: () => Promise<{ version: number; values: Values }> };
}

function Dialog({ names = ['name', 'weight'], onSubmit = () => Promise.resolve(), onClose = () => undefined, review, stale }: Options) {
  return (
    <FormDialog
      title="Edit it"
      onClose={onClose}
      schema={z.object(pick<z.ZodType>(names, shapes))}
      defaultValues={pick(names, allValues)}
      onSubmit={onSubmit}
      draftKey="thing:1"
      review={review}
      stale={stale}
    >
      {names.map((name) => (
        <Fragment key={name}>{fields[name]}</Fragment>
      ))}
    </FormDialog>
  );
}

beforeEach(() => {
  new ScriptedGateway();
});

async function openDialog(options: Options = {}) {
  const app = renderElement(<Dialog {...options} />, '/', [{ path: '/elsewhere', element: <h1>Elsewhere</h1> }]);
  await screen.findByRole('dialog', { name: 'Edit it' });
  const field = (label: string) => screen.getByLabelText(new RegExp(`^${label}`));
  const replace = async (label: string, text: string) => {
    await app.user.clear(field(label));
    if (text) await app.user.type(field(label), text);
  };
  const save = () => app.user.click(screen.getByRole('button', { name: 'Save' }));
  return { ...app, field, replace, save };
}

function refused(problem: Partial<ApiProblem>): () => Promise<never> {
  return () => Promise.reject({ kind: 'rejected', message: '', requestId: 'req-3', ...problem } satisfies ApiProblem);
}

describe('a form', () => {
  it('hands over what was typed, as the schema makes it, and closes', async () => {
    const onSubmit = vi.fn(() => Promise.resolve());
    const onClose = vi.fn();
    const { replace, save } = await openDialog({ onSubmit, onClose });
    await replace('Name', ' new ');
    await replace('Weight', '7');
    await save();
    await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
    expect(onSubmit).toHaveBeenCalledWith({ name: 'new', weight: 7 }, 0);
  });

  it('says beside each field what is wrong with it, and sends nothing', async () => {
    const onSubmit = vi.fn(() => Promise.resolve());
    const { field, replace, save } = await openDialog({ onSubmit, names: ['name', 'weight', 'price', 'extra'] });
    await replace('Name', '');
    await replace('Weight', '101');
    await replace('Price', '1.2.3');
    await replace('Extra', 'not JSON');
    await save();
    expect(await screen.findByText('Is needed')).toBeVisible();
    expect(field('Name')).toHaveAccessibleDescription('Is needed');
    expect(field('Weight')).toHaveAccessibleDescription('Must be at most 100');
    expect(field('Price')).toHaveAccessibleDescription('Must be a number, such as 0.15');
    expect(field('Extra')).toHaveAccessibleDescription('Is not valid JSON');
    expect(field('Name')).toHaveFocus();
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it('shows the gateway’s refusal of a field beside it, keeps the rest, and takes the next attempt', async () => {
    const onSubmit = vi.fn(refused({ message: 'the name is taken', field: 'name' }));
    const onClose = vi.fn();
    const { field, replace, save } = await openDialog({ onSubmit, onClose });
    await replace('Name', 'taken');
    await replace('Weight', '9');
    await save();
    await waitFor(() => expect(field('Name')).toHaveAccessibleDescription('The name is taken'));
    expect(field('Name')).toHaveFocus();
    expect(field('Weight')).toHaveValue('9');
    onSubmit.mockImplementation(() => Promise.resolve() as Promise<never>);
    await replace('Name', 'free');
    await save();
    await waitFor(() => expect(onClose).toHaveBeenCalled());
  });

  it('shows each of several refusals beside its field, and above the form what is of none', async () => {
    const fields = { name: 'is taken', weight: 'is too much' };
    const onSubmit = vi.fn(refused({ message: 'refused', fields }));
    const { field, save } = await openDialog({ onSubmit });
    await save();
    await waitFor(() => expect(field('Name')).toHaveAccessibleDescription('Is taken'));
    expect(field('Weight')).toHaveAccessibleDescription('Is too much');
    expect(screen.queryByRole('alert')).toBeNull();
    onSubmit.mockImplementation(refused({ message: 'refused, too', fields: { ...fields, elsewhere: 'is wrong' } }));
    await save();
    expect(await screen.findByRole('alert')).toHaveTextContent('Refused, too');
  });

  it.each<[Partial<ApiProblem>, RegExp]>([
    [{ kind: 'rejected', message: 'no such group' }, /No such group/],
    [{ kind: 'forbidden', status: 403 }, /Your account may not do this/],
    [{ kind: 'tooLarge', status: 413 }, /larger than the gateway takes/],
    [{ kind: 'tooOften', status: 429, retryAfterS: 8 }, /Wait 8 seconds/],
    [{ kind: 'server', status: 500 }, /The gateway failed/],
    [{ kind: 'network' }, /cannot be reached/],
    [{ kind: 'timeout' }, /no answer in time/],
    [{ kind: 'malformed' }, /not one of the gateway/],
  ])('shows above the fields what is no field’s fault: %o', async (problem, text) => {
    const { field, replace, save } = await openDialog({ onSubmit: refused(problem) });
    await replace('Name', 'kept');
    await save();
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(text);
    expect(alert).toHaveTextContent('Request req-3');
    expect(field('Name')).toHaveValue('kept');
  });

  it('is accessible with each of its fields, also with errors', async () => {
    const { replace, save } = await openDialog({ names: Object.keys(shapes) as FieldName[] });
    await replace('Name', '');
    await save();
    await screen.findByText('Is needed');
    expect(await accessibilityFaults(screen.getByRole('dialog'))).toEqual([]);
  });
});

describe('unsaved changes', () => {
  it('are asked about before the dialog closes', async () => {
    const onClose = vi.fn();
    const { user, replace, field } = await openDialog({ onClose });
    await replace('Name', 'changed');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    const question = await screen.findByRole('alertdialog', { name: 'Discard what you changed?' });
    await user.click(within(question).getByRole('button', { name: 'Cancel' }));
    expect(onClose).not.toHaveBeenCalled();
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(field('Name')).toHaveValue('changed');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await user.click(await screen.findByRole('button', { name: 'Discard' }));
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('are not asked about where there are none', async () => {
    const onClose = vi.fn();
    const { user } = await openDialog({ onClose });
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('hold up a link to another page', async () => {
    const { user, replace, router } = await openDialog();
    await replace('Name', 'changed');
    void router.navigate('/elsewhere');
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/elsewhere'));
  });

  it('survive a reload, secrets excepted, until they are discarded', async () => {
    const names = ['name', 'key'] as const;
    const { user, replace, unmount } = await openDialog({ names });
    await replace('Name', 'drafted');
    await user.click(screen.getByRole('button', { name: 'Replace' }));
    await replace('Key', 'sk-secret');
    unmount();
    expect(JSON.stringify(Object.entries(sessionStorage))).not.toContain('sk-secret');
    const again = await openDialog({ names });
    expect(await screen.findByText(/what you typed earlier/)).toBeVisible();
    expect(again.field('Name')).toHaveValue('drafted');
    await again.user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(again.field('Name')).toHaveValue('old');
    expect(sessionStorage).toHaveLength(0);
  });

  it('leave no draft once they are saved', async () => {
    const { replace, save } = await openDialog();
    await replace('Name', 'saved');
    expect(sessionStorage).toHaveLength(1);
    await save();
    await waitFor(() => expect(sessionStorage).toHaveLength(0));
  });
});

describe('a review', () => {
  it('shows what changes before it is sent', async () => {
    const onSubmit = vi.fn(() => Promise.resolve());
    const { user, replace, save } = await openDialog({ onSubmit, review: true, names: ['name', 'weight', 'kind'] });
    await replace('Weight', '6');
    await user.click(screen.getByRole('combobox', { name: 'Kind' }));
    await user.click(screen.getByRole('option', { name: 'Second' }));
    await save();
    const table = await screen.findByRole('table', { name: 'Changes' });
    expect(within(table).getAllByRole('row').slice(1).map((row) => row.textContent)).toEqual(['Weight56', 'KindFirstSecond']);
    expect(onSubmit).not.toHaveBeenCalled();
    await save();
    await waitFor(() => expect(onSubmit).toHaveBeenCalledTimes(1));
  });
});

describe('an overtaken change', () => {
  it('shows both versions, keeps what was typed here and the other’s rest, and saves on the new version', async () => {
    const theirs = { name: 'theirs', weight: 50 };
    const onSubmit = vi.fn<(values: Values, version: number) => Promise<unknown>>().mockImplementationOnce(refused({ message: 'changed meanwhile' })).mockResolvedValue(null);
    const { user, replace, save } = await openDialog({ onSubmit, stale: { version: 3, load: () => Promise.resolve({ version: 4, values: theirs }) } });
    await replace('Name', 'mine');
    await save();
    expect(await screen.findByText(/Somebody else changed this/)).toBeVisible();
    const name = screen.getByRole('radiogroup', { name: 'Name' });
    const weight = screen.getByRole('radiogroup', { name: 'Weight' });
    expect(within(name).getByRole('radio', { name: 'Yours: mine' })).toBeChecked();
    expect(within(weight).getByRole('radio', { name: 'The other’s: 50'.replace('’', "'") })).toBeChecked();
    await user.click(screen.getByRole('button', { name: 'Go on with these' }));
    await save();
    await waitFor(() => expect(onSubmit).toHaveBeenCalledTimes(2));
    expect(onSubmit.mock.calls.map(([, version]) => version)).toEqual([3, 4]);
    expect(onSubmit.mock.calls[1]?.[0]).toEqual({ ...theirs, name: 'mine' });
  });

  it('is told from a refusal for another reason by the version', async () => {
    const { save, replace } = await openDialog({ onSubmit: refused({ message: 'no such group' }), stale: { version: 3, load: () => Promise.resolve({ version: 3, values: pick(['name', 'weight'], allValues) }) } });
    await replace('Name', 'x');
    await save();
    expect(await screen.findByRole('alert')).toHaveTextContent('No such group');
  });
});

describe('fields', () => {
  async function submitted(name: FieldName, change: (form: Awaited<ReturnType<typeof openDialog>>) => Promise<void>) {
    const onSubmit = vi.fn<(values: Values) => Promise<unknown>>(() => Promise.resolve());
    const form = await openDialog({ onSubmit, names: [name] });
    await change(form);
    await form.save();
    await waitFor(() => expect(onSubmit).toHaveBeenCalledTimes(1));
    return onSubmit.mock.calls[0]![0][name];
  }

  it('of money take dollars exactly, and show the quota', async () => {
    const result = await submitted('quota', async ({ field, replace }) => {
      expect(field('Quota')).toHaveValue('1');
      await replace('Quota', '0.000123');
      expect(field('Quota')).toHaveAccessibleDescription('= 62 quota');
    });
    expect(result).toBe(62);
  });

  it('of money take quota, too, and keep the amount when the unit changes', async () => {
    const result = await submitted('quota', async ({ user, field, replace }) => {
      await user.click(screen.getByRole('button', { name: 'Quota' }));
      expect(field('Quota')).toHaveValue('500000');
      await replace('Quota', '750000');
      expect(field('Quota')).toHaveAccessibleDescription('= $1.50');
      await user.click(screen.getByRole('button', { name: 'US dollars' }));
      expect(field('Quota')).toHaveValue('1.5');
    });
    expect(result).toBe(750_000);
  });

  it('of secrets keep what is set until it is replaced', async () => {
    expect(await submitted('key', () => Promise.resolve())).toBe('');
  });

  it('of models take pasted lists, each name once', async () => {
    const result = await submitted('models', async ({ user, field }) => {
      await user.click(field('Models'));
      await user.paste('gpt, claude\nllama  claude');
    });
    expect(result).toEqual(['gpt', 'claude', 'llama']);
  });

  it('of models take what was typed and left', async () => {
    const result = await submitted('models', async ({ user, field }) => {
      await user.type(field('Models'), 'mistral');
      await user.tab();
    });
    expect(result).toEqual(['gpt', 'mistral']);
  });

  it('of time take a moment, a while from now, or never', async () => {
    const before = Math.floor(Date.now() / 1000);
    const result = await submitted('expires', async ({ user, field }) => {
      expect(field('Expires')).toHaveAccessibleDescription('Never');
      await user.click(screen.getByRole('button', { name: '7 days' }));
    });
    expect(Number(result) - before).toBeGreaterThanOrEqual(604_800);
    expect(Number(result) - before).toBeLessThan(604_830);
  });

  it('of numbers let people type on after a point', async () => {
    const { field, replace } = await openDialog();
    await replace('Weight', '1.');
    expect(field('Weight')).toHaveValue('1.');
    await replace('Weight', 'many');
    expect(field('Weight')).toHaveValue('many');
  });
});
