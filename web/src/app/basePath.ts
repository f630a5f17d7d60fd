/** Where the gateway serves the console, with a slash at the end: the shell's `<base href>`. */
export const basePath = new URL(document.baseURI).pathname.replace(/[^/]*$/, '');
