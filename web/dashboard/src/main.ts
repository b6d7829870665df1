/** The page's entry: one App on the element that index.html carries. */
import "./app.css";

import { mount } from "svelte";

import App from "./App.svelte";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no element with the id 'app' to draw the page into.");
mount(App, { target });
