// Stands for the bundled worker: an empty source means that there is none.
export default "";
