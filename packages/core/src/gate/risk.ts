/**
 * What an action may cost. `benign`: what we wrote ourselves and can write again. `disruptive`: interrupts something
 * running. `destructive`: loses data that cannot be restored. `unclassified`: not judged yet; this version judges
 * nothing.
 */
export type Risk = "benign" | "disruptive" | "destructive" | "unclassified";
