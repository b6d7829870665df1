/** The access token, kept for as long as the tab lives. */

const KEY = "semblance.token";

export interface TokenStore {
  read(): string | null;
  write(token: string | null): void;
}

/** Session storage, or the page's memory where the browser forbids storage. */
export function tokenStore(): TokenStore {
  let remembered: string | null = null;
  return {
    read() {
      try {
        return sessionStorage.getItem(KEY) ?? remembered;
      } catch {
        return remembered; // storage is switched off: the token lives until the page is reloaded
      }
    },
    write(token) {
      remembered = token;
      try {
        if (token === null) sessionStorage.removeItem(KEY);
        else sessionStorage.setItem(KEY, token);
      } catch {
        // the remembered one stands in
      }
    },
  };
}
