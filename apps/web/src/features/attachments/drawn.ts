const drawn = /^image\/(png|jpeg|gif|webp|avif)$/

/** Whether a browser draws files of this type and runs nothing in them; SVG is not among those. */
export const isDrawn = (media_type: string): boolean => drawn.test(media_type)
