// What visitors do on many pages, by the names that people and screen readers know things by.
import { ROOT_PASSWORD } from '../../e2e/lib/gateway.mjs';

export const heading = (page, name) => page.getByRole('heading', { level: 1, name });

export async function signIn(page, { username = 'root', password = ROOT_PASSWORD } = {}) {
  await page.getByLabel('User name or e-mail').fill(username);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signOut(page) {
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

export const mainMenu = (page) => page.getByRole('navigation', { name: 'Main menu' });

/** Waits until a page shows what it has: nothing loads any more. */
export async function settled(page) {
  await page.locator('main h1').first().waitFor();
  const busy = '[role=progressbar]:not([aria-valuenow]), [aria-busy=true], [class*=Skeleton]'; // with a value it measures something else
  await page.waitForFunction((selector) => document.querySelector(selector) === null, busy);
}

/** In the dialog that prices models, in dollars a million tokens. */
export async function fillPrice(page, { input, output }) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Input', exact: true }).fill(input);
  await dialog.getByRole('textbox', { name: 'Output', exact: true }).fill(output);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Where a form shows what changes before it is sent: once for that, once to send it. */
export async function saveReviewed(page) {
  const save = page.getByRole('button', { name: 'Save' });
  await save.click();
  await page.getByRole('table', { name: 'Changes' }).waitFor();
  await save.click();
}
