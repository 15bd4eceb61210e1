document.title = 'Yardmaster'
