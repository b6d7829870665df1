/** The one Dashboard, for every component below App. */
import { getContext, setContext } from "svelte";

import type { Dashboard } from "./dashboard.svelte";

const KEY = Symbol("dashboard");

export function provideDashboard(dashboard: Dashboard): Dashboard {
  return setContext(KEY, dashboard);
}

/** To be called while a component is made. */
export function useDashboard(): Dashboard {
  return getContext<Dashboard>(KEY);
}
