/** The words of the sign-in and the sign-out. */

export const signIn = {
  title: "This service wants a token",
  explain: "It is in the service's configuration under auth: tokens. It stays in this tab and is forgotten when the tab closes.",
  label: "Access token",
  submit: "Sign in",
  refused: "The service did not accept that token. Check it, and try again.",
  empty: "Give the token first.",
  show: "Show",
  hide: "Hide",
  showLabel: "Show the token",
  signOut: "Sign out",
} as const;
