"""Charts as SVG: records → drawings. Colours and weights stand in style.css, by class; sizes here, in CSS pixels."""
