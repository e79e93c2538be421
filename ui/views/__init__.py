"""The pages, one a file. Not called `pages`: of a directory of that name Streamlit makes pages by itself."""
