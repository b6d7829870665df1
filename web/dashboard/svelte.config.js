/** Svelte compiles in runes mode everywhere; TypeScript needs no preprocessor since Svelte 5. */
export default { compilerOptions: { runes: true } };
